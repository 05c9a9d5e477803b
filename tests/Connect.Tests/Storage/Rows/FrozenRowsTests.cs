using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Storage.Encryption;
using Connect.Storage.Rows;
using Connect.Storage.Rules;
using Xunit;

namespace Connect.Tests.Storage.Rows;

/// <summary>The bytes of rows and keys, frozen: a store written by one version is read by the next.</summary>
public sealed class FrozenRowsTests
{
    private const string AnnaHex = "000102030405060708090A0B0C0D0E0F";
    private const string TalkHex = "00001111222233334444555566667777";
    private const string CidHex = "0190163D8694739B9CA0B1F4B0E0F6A1";

    private static readonly UserId Anna = new(
        UInt128.Parse(AnnaHex, System.Globalization.NumberStyles.HexNumber, null)
    );
    private static readonly ConversationId Talk = new(
        UInt128.Parse(TalkHex, System.Globalization.NumberStyles.HexNumber, null)
    );
    private static readonly Cid Cid = new(Guid.Parse("0190163d-8694-739b-9ca0-b1f4b0e0f6a1"));

    [Fact]
    public void Head()
    {
        var head = new ConversationHead(1, 2, 3, 4, 5, 6);
        var numbers = Long(1) + Long(2) + Long(3) + Long(4) + "00000005" + "00000006";
        AssertRow("01" + numbers, HeadRow.Write(head));
        Assert.Equal(head, HeadRow.Read(HeadRow.Write(head)));

        var swept = head with { Floor = 7, FloorMessages = 8 };
        AssertRow("02" + numbers + Long(7) + Long(8), HeadRow.Write(swept));
        Assert.Equal(swept, HeadRow.Read(HeadRow.Write(swept)));
    }

    [Fact]
    public void Dedupe()
    {
        var dedupe = new DedupeRow(1, 2, 3, Talk.Value);
        var row = new byte[DedupeRow.Length];
        dedupe.Write(row);

        AssertRow("01" + Long(1) + Long(2) + Long(3) + TalkHex, row);
        Assert.Equal(dedupe, DedupeRow.Read(row));
    }

    [Fact]
    public void Author()
    {
        var row = new byte[AuthorRow.Length];
        AuthorRow.Write(row, 258);
        AssertRow("01" + Long(258), row);
        Assert.Equal(258, AuthorRow.Read(row));

        var progress = new byte[AuthorProgressRow.Length];
        new AuthorProgressRow(258, IsComplete: true).Write(progress);
        AssertRow("0101" + Long(258), progress);
        Assert.Equal(new(258, IsComplete: true), AuthorProgressRow.Read(progress));

        var cursor = new byte[AuthorCursorRow.Length];
        AuthorCursorRow.Write(cursor, Talk);
        AssertRow("01" + TalkHex, cursor);
        Assert.Equal(Talk, AuthorCursorRow.Read(cursor));
    }

    [Fact]
    public void Entry()
    {
        var entry = new Entry(9, 2, EntryKind.Message, Anna, Cid, "hi"u8.ToArray(), 3);
        var row = new byte[EntryRow.LengthOf(entry)];
        EntryRow.Write(row, entry);

        AssertRow("0101" + Long(2) + Long(3) + AnnaHex + CidHex + "6869", row);
        var read = EntryRow.Read(9, row);
        Assert.Equal(entry with { Body = default }, read with { Body = default });
        Assert.Equal("hi"u8.ToArray(), read.Body.ToArray());
    }

    [Fact]
    public void Conversation()
    {
        var group = new ConversationCreation(ConversationKind.Group, "é");
        var direct = new ConversationCreation(ConversationKind.Direct, null);

        AssertRow("010200000002C3A9", ConversationRow.Write(group));
        AssertRow("0101FFFFFFFF", ConversationRow.Write(direct));
        Assert.Equal(group, ConversationRow.Read(ConversationRow.Write(group)));
        Assert.Equal(direct, ConversationRow.Read(ConversationRow.Write(direct)));
    }

    [Fact]
    public void Members()
    {
        var former = new Member(Anna, MemberRole.None, [new(1, 2)], new(3, 4, 5, 6));
        var owner = new Member(new(7), MemberRole.Owner, [new(1, 2), new(8, long.MaxValue)], default);

        var row = MemberBlock.Write([former, owner]);

        var formerHex = AnnaHex + "00" + Long(3) + Long(4) + Long(5) + Long(6) + "00000001" + Long(1) + Long(2);
        var ownerHex =
            (Long(0) + Long(7) + "03" + Long(0) + Long(0) + Long(0) + Long(0) + "00000002")
            + (Long(1) + Long(2) + Long(8) + "7FFFFFFFFFFFFFFF");
        AssertRow("0200000002" + formerHex + "00" + ownerHex + "00", row);

        // Version 1, which knew no invitations, is read for ever.
        var old = new List<Member>();
        MemberBlock.Read(Convert.FromHexString("0100000002" + formerHex + ownerHex), old);
        Assert.Equal([former.Marks, owner.Marks], old.Select(member => member.Marks));
        Assert.Equal(
            MemberRole.Owner,
            MemberBlock.Find(Convert.FromHexString("0100000002" + formerHex + ownerHex), new(7))!.Role
        );
        var read = new List<Member>();
        MemberBlock.Read(row, read);
        Assert.Equal(2, read.Count);
        Assert.Equal(owner.Visible, read[1].Visible);
        Assert.Equal(owner with { Visible = [] }, read[1] with { Visible = [] });
        Assert.Equal(former.Marks, MemberBlock.Find(row, Anna)!.Marks);
        Assert.Equal(MemberRole.Owner, MemberBlock.Find(row, new(7))!.Role);
        Assert.Null(MemberBlock.Find(row, new(8)));
    }

    [Fact]
    public void Invitations()
    {
        var shown = new Member(new(7), MemberRole.None, [], default, new(Anna, 8, false));
        var hidden = new Member(new(9), MemberRole.None, [], default, new(Anna, 9, true));

        var row = MemberBlock.Write([shown, hidden]);

        var nothing = "00" + Long(0) + Long(0) + Long(0) + Long(0) + "00000000";
        AssertRow(
            "0200000002"
                + (Long(0) + Long(7) + nothing + "01" + AnnaHex + Long(8))
                + (Long(0) + Long(9) + nothing + "02" + AnnaHex + Long(9)),
            row
        );
        Assert.Equal(shown.Invitation, MemberBlock.Find(row, new(7))!.Invitation);
        Assert.Equal(hidden.Invitation, MemberBlock.Find(row, new(9))!.Invitation);
    }

    [Fact]
    public void What_ended_undelivered()
    {
        var ended = new EndedRanges([new(3, 4, 1), new(7, 9, 3)]);
        var late = new Member(new(7), MemberRole.Member, [], new(9, 5, 4, 1, ended), null, MemberFlags.Request);
        var invited = new Member(new(9), MemberRole.None, [], new(1, 1, 1, 0, ended), new(Anna, 8, false));

        var row = MemberBlock.Write([late, invited]);

        var ranges = "02" + Long(3) + Long(4) + Long(1) + Long(7) + Long(9) + Long(3);
        AssertRow(
            "0200000002"
                + (Long(0) + Long(7) + "01" + Long(9) + Long(5) + Long(4) + Long(1) + "00000000" + "A0" + ranges)
                + (Long(0) + Long(9) + "00" + Long(1) + Long(1) + Long(1) + Long(0) + "00000000")
                + ("81" + AnnaHex + Long(8) + ranges),
            row
        );
        Assert.Equal(
            (late.Marks, late.Flags),
            (MemberBlock.Find(row, new(7))!.Marks, MemberBlock.Find(row, new(7))!.Flags)
        );
        Assert.Equal(invited.Marks, MemberBlock.Find(row, new(9))!.Marks);
        Assert.Equal(invited.Invitation, MemberBlock.Find(row, new(9))!.Invitation);
    }

    [Fact]
    public void Changes()
    {
        var change = new EntryChange(Anna, MemberRole.Admin, "é", [Anna, new(7)]);
        var role = EntryChange.OfUser(new(7), MemberRole.Owner);

        AssertRow("0102" + AnnaHex + "00000002C3A9" + "00000002" + AnnaHex + Long(0) + Long(7), change.Encode());
        AssertRow("0103" + Long(0) + Long(7) + "FFFFFFFF00000000", role.Encode());
        var read = EntryChange.Decode(change.Encode());
        Assert.Equal(change.Users, read.Users);
        Assert.Equal(change with { Users = [] }, read with { Users = [] });
        Assert.Equal(role with { Users = [] }, EntryChange.Decode(role.Encode()) with { Users = [] });
    }

    [Fact]
    public void Account()
    {
        var account = new Account(Anna, "Ab", "ab", null, 1, true, 2);
        var row = AccountRow.Write(account);

        AssertRow("01" + Long(2) + Long(1) + "01" + "000000024162" + "000000026162" + "FFFFFFFF", row);
        Assert.Equal(account, AccountRow.Read(Anna, row));
    }

    [Fact]
    public void Account_that_hides()
    {
        var account = new Account(Anna, "Ab", "ab", null, 1, true, 2) { Privacy = new(true, true) };
        var row = AccountRow.Write(account);
        var plain = Long(2) + Long(1) + "01" + "000000024162" + "000000026162" + "FFFFFFFF";

        AssertRow("03" + plain + Long(0) + Long(0) + "FFFFFFFF" + "FFFFFFFF" + "03", row);
        Assert.Equal(account, AccountRow.Read(Anna, row));
        Assert.Equal(
            account with
            {
                Privacy = default,
            },
            AccountRow.Read(Anna, Convert.FromHexString("02" + plain + Long(0) + Long(0) + "FFFFFFFF" + "FFFFFFFF"))
        );
    }

    [Fact]
    public void Relation()
    {
        var relation = new Relation(Anna, new(7), 1, 2, 3, 4, 5);
        var row = new byte[RelationRow.Length];
        RelationRow.Write(row, relation);
        var tally = new byte[TallyRow.Length];
        TallyRow.Write(tally, 6, new(1, 2, 3, 4, 5));

        AssertRow("01" + Long(5) + Long(1) + Long(2) + Long(3) + Long(4), row);
        AssertRow("01" + Long(6) + "0000000100000002000000030000000400000005", tally);
        Assert.Equal(relation, RelationRow.Read(Anna, new(7), row));
        Assert.Equal((6, new RelationTally(1, 2, 3, 4, 5)), TallyRow.Read(tally));
    }

    [Fact]
    public void Account_with_more()
    {
        var account = new Account(Anna, "Ab", "ab", null, 1, true, 2)
        {
            TokensFrom = 3,
            DeletingSince = 4,
            External = new("i", "s"),
        };
        var row = AccountRow.Write(account);

        AssertRow(
            "02"
                + (Long(2) + Long(1) + "01" + "000000024162" + "000000026162" + "FFFFFFFF")
                + (Long(3) + Long(4) + "0000000169" + "0000000173"),
            row
        );
        Assert.Equal(account, AccountRow.Read(Anna, row));
        var plain = account with { External = null };
        Assert.Equal(plain, AccountRow.Read(Anna, AccountRow.Write(plain)));
    }

    [Fact]
    public void External()
    {
        var row = new byte[ExternalRow.Length];
        ExternalRow.Write(row, new(Anna, 5));

        AssertRow("01" + AnnaHex + Long(5), row);
        Assert.Equal(new ExternalOwner(Anna, 5), ExternalRow.Read(row));
    }

    [Fact]
    public void Gone()
    {
        var row = new byte[GoneRow.Length];
        GoneRow.Write(row, DeletionState.Begun);

        AssertRow("0101", row);
        Assert.Equal(DeletionState.Begun, GoneRow.Read(row));
    }

    [Fact]
    public void Device()
    {
        var chain = new RefreshChain(new byte[] { 1 }, new byte[] { 2, 3 }, ReadOnlyMemory<byte>.Empty, 4, 5);
        var device = new Device(Anna, new(6), "d", 7, chain, 8);
        var loggedOut = device with { Refresh = null };

        AssertRow(
            "01"
                + Long(8)
                + Long(7)
                + "0000000164"
                + "01"
                + "0000000101"
                + "000000020203"
                + "00000000"
                + Long(4)
                + Long(5),
            DeviceRow.Write(device)
        );
        AssertRow("01" + Long(8) + Long(7) + "0000000164" + "00", DeviceRow.Write(loggedOut));
        Assert.Equal(loggedOut, DeviceRow.Read(Anna, new(6), DeviceRow.Write(loggedOut)));
        Assert.Equal(5, DeviceRow.Read(Anna, new(6), DeviceRow.Write(device)).Refresh!.ExpiresAt);
    }

    [Fact]
    public void Index()
    {
        var index = new IndexRow(Anna, Talk, Cid, 9) { MutedUntil = 10, HiddenThrough = 11 };
        var row = new byte[IndexValue.Length];
        IndexValue.Write(row, new(index, 12));

        AssertRow("03" + CidHex + Long(9) + Long(10) + Long(11) + Long(12), row);
        Assert.Equal(new(index, 12), IndexValue.Read(Anna, Talk, row));
        var second = Convert.FromHexString("02" + CidHex + Long(9) + Long(10) + Long(11));
        Assert.Equal(new(index, 0), IndexValue.Read(Anna, Talk, second));
        var first = Convert.FromHexString("01" + CidHex + Long(9));
        Assert.Equal(new(new IndexRow(Anna, Talk, Cid, 9), 0), IndexValue.Read(Anna, Talk, first));
    }

    [Fact]
    public void Rows_around_the_index()
    {
        var row = new byte[ListRows.TallyLength];
        ListRows.WriteTally(row, 258);
        AssertRow("0100000102", row);
        Assert.Equal(258, ListRows.ReadTally(row));

        var invite = new InviteRow(Anna, Talk, new(2), 9);
        var key = new byte[RowKeys.PairLength];
        RowKeys.Pair(key, Anna.Value, Talk.Value);
        row = new byte[ListRows.InviteLength];
        ListRows.WriteInvite(row, invite);
        AssertRow("01" + Long(0) + Long(2) + Long(9), row);
        Assert.Equal(invite, ListRows.ReadInvite(key, row));

        key = new byte[ListRows.SentKeyLength];
        ListRows.SentKey(key, new(2), Talk, Anna);
        row = new byte[ListRows.SentLength];
        ListRows.WriteSent(row, 9);
        AssertRow("01" + Long(9), row);
        Assert.Equal(new SentInvite(Talk, Anna, 9), ListRows.ReadSent(key, row));
    }

    [Fact]
    public void Places_are_ordered_by_their_keys_newest_first()
    {
        ListPlace[] places = [ListPlace.Start, new(9, new(3)), new(9, new(2)), new(8, new(7)), new(0, new(1))];
        var keys = places
            .Select(place =>
            {
                var key = new byte[ListRows.PlaceLength];
                ListRows.Place(key, Anna, ListShelf.Requests, place);
                return key;
            })
            .ToArray();
        Assert.Equal(places.Order(), places);
        Assert.Equal(keys.OrderBy(Convert.ToHexString), keys);
        Assert.Equal(places, keys.Select(key => ListRows.ReadPlace(key)));
    }

    [Fact]
    public void Username()
    {
        var row = new byte[UsernameRow.Length];
        UsernameRow.Write(row, Anna);

        AssertRow("01" + AnnaHex, row);
        Assert.Equal(Anna, UsernameRow.Read(row));
    }

    [Fact]
    public void A_row_of_a_newer_version_is_not_misread()
    {
        var row = new byte[HeadRow.Length];
        row[0] = 3;

        Assert.Throws<InvalidDataException>(() => HeadRow.Read(row));
    }

    [Fact]
    public void Keys()
    {
        var entry = new byte[RowKeys.EntryLength];
        RowKeys.Entry(entry, Talk, 258);
        AssertRow(TalkHex + "0000000000000102", entry);
        var member = new byte[RowKeys.MemberLength];
        RowKeys.Member(member, Talk, 258);
        AssertRow(TalkHex + "0102", member);
        var dedupe = new byte[RowKeys.DedupeLength];
        RowKeys.Dedupe(dedupe, Talk, Anna, Cid);
        AssertRow(TalkHex + AnnaHex + CidHex, dedupe);
        var author = new byte[RowKeys.AuthorLength];
        RowKeys.Author(author, Talk, Anna.Value, 258);
        AssertRow(TalkHex + AnnaHex + "0000000000000102", author);
        AssertRow("617574686F72732F" + TalkHex, RowKeys.AuthorProgress(Talk));
        var due = new byte[RowKeys.DueLength];
        RowKeys.Due(due, 2, 258, Talk);
        AssertRow("020000000000000102" + TalkHex, due);
        Assert.Equal(((byte)2, 258L, Talk), RowKeys.ReadDue(due));
        var dataKey = new byte[RowKeys.DataKeyLength];
        RowKeys.DataKey(dataKey, RowTable.UserKey, Anna.Value);
        AssertRow(AnnaHex + "03", dataKey);
        Assert.Equal("bucket/0A"u8.ToArray(), RowKeys.Bucket(10));
        Assert.Equal("check/direct-ids"u8.ToArray(), RowKeys.Check("direct-ids"));
    }

    [Fact]
    public void An_author_is_known_by_the_same_number_for_ever_and_by_another_in_each_conversation()
    {
        var key = new DataKey(new byte[RowCipher.KeyLength], 1);
        var mark = key.MarkAuthor(Anna.Value);
        AssertRow("882C4E87309659EED9EB448F8C624B59", BytesOf(mark));
        Assert.NotEqual(mark, DataKey.Generate().MarkAuthor(Anna.Value));
        Assert.NotEqual(mark, key.Fingerprint(Convert.FromHexString(AnnaHex)));
    }

    private static byte[] BytesOf(UInt128 value)
    {
        var bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return bytes;
    }

    private static string Long(long value) => value.ToString("X16", null);

    private static void AssertRow(string hex, byte[] row) => Assert.Equal(hex, Convert.ToHexString(row));
}
