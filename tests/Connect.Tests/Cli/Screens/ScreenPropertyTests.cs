using System.Text;
using Connect.Cli.Drawing;
using Connect.Cli.Keys;
using Connect.Cli.Screens.Models;
using Connect.Cli.Screens.Painting;
using Connect.Client;
using Connect.Tests.Cli.Drawing;
using CsCheck;
using Xunit;

namespace Connect.Tests.Cli.Screens;

/// <summary>Whatever happens in whatever order and size, the screen holds.</summary>
public sealed class ScreenPropertyTests
{
    private static readonly Gen<Key> AnyKey = Gen.Select(
        Gen.Enum<KeyKind>(),
        Gen.OneOf(SafeTextTests.AnyText, Gen.OneOf("c", "n", "r", "x", "u", "w", "?", "j", "q")),
        Gen.Bool,
        Gen.Bool,
        (kind, text, alt, ctrl) => new Key(kind, text.Length > 0 ? text : "t", alt, ctrl)
    );

    private static readonly Gen<Action<ScreenWorld>> Step = Gen.OneOf(
        AnyKey.Select<Key, Action<ScreenWorld>>(key => world => world.Press(key)),
        AnyKey.Select<Key, Action<ScreenWorld>>(key => world => world.Press(key)),
        Gen.Select<long, bool, string, Action<ScreenWorld>>(
            Gen.Long[1, 60],
            Gen.Bool,
            SafeTextTests.AnyText,
            (seq, own, text) => world => world.Receive(seq, own ? ScreenWorld.Me : ScreenWorld.Bob, text, $"cid-{seq}")
        ),
        Gen.Select<long, long, bool, Action<ScreenWorld>>(
            Gen.Long[0, 60],
            Gen.Long[0, 60],
            Gen.Bool,
            (delivered, read, own) =>
                world =>
                    world.Happen(
                        new ReceiptChanged(ScreenWorld.Room, own ? ScreenWorld.Me : ScreenWorld.Bob, delivered, read)
                    )
        ),
        Gen.Int[1, 60].Select<int, Action<ScreenWorld>>(seq => world => Queue(world, $"cid-{seq}")),
        Gen.Enum<ConnectionState>()
            .Select<ConnectionState, Action<ScreenWorld>>(state =>
                world => world.Model.Apply(new StateChange(state, null) { RetryIn = TimeSpan.FromSeconds(2) })
            ),
        SafeTextTests.AnyText.Select<string, Action<ScreenWorld>>(name =>
            world => world.Model.Found("c-" + name.Length, "u-" + name.Length, name)
        ),
        Gen.Select<int, int, Action<ScreenWorld>>(
            Gen.Int[1, 120],
            Gen.Int[1, 40],
            (width, height) => world => (world.Width, world.Height) = (width, height)
        ),
        Gen.Int[1, 60].Select<int, Action<ScreenWorld>>(count => world => Older(world, count))
    );

    [Fact]
    public void Whatever_happens_the_screen_is_whole_and_tells_only_what_was_on_it() =>
        Step.Array[0, 40]
            .Sample(
                steps =>
                {
                    var world = new ScreenWorld();
                    foreach (var step in steps)
                    {
                        step(world);
                        Check(world);
                    }
                },
                iter: 100
            );

    [Fact]
    public void An_own_message_is_on_the_screen_once_in_whatever_order_things_come() =>
        Gen.Select(Gen.Shuffle(new[] { 0, 1, 2, 3 }), Gen.Bool)
            .Sample(
                (order, live) =>
                {
                    var world = new ScreenWorld();
                    if (live)
                    {
                        world.Live();
                    }

                    world.Open();
                    foreach (var what in order)
                    {
                        Action happen = what switch
                        {
                            0 => () => world.Queue("once", "cid-1"),
                            1 => () => world.Receive(1, ScreenWorld.Me, "once", "cid-1"),
                            2 => () => world.Receive(1, ScreenWorld.Me, "once", "cid-1"),
                            _ => () => world.Happen(new ReceiptChanged(ScreenWorld.Room, ScreenWorld.Bob, 1, 1)),
                        };
                        happen();
                    }

                    Assert.Single(world.Chat.Items);
                    Assert.Empty(world.Chat.Waiting);
                    Assert.Contains("✓✓ read", world.Screen(), StringComparison.Ordinal);
                }
            );

    private static void Check(ScreenWorld world)
    {
        var frame = ScreenPainter.Paint(world.Model, world.Width, world.Height);
        Assert.Equal((world.Width, world.Height), (frame.Canvas.Width, frame.Canvas.Height));
        for (var y = 0; y < frame.Canvas.Height; y++)
        {
            var columns = 0;
            for (var x = 0; x < frame.Canvas.Width; x++)
            {
                var cell = frame.Canvas[x, y];
                Assert.DoesNotContain(cell.Text.EnumerateRunes(), Rune.IsControl);
                columns += cell.Text.Length > 0 ? SafeText.Width(cell.Text) : 0;
            }

            Assert.Equal(frame.Canvas.Width, columns);
        }

        if (frame.Cursor is var (cursorX, cursorY))
        {
            Assert.InRange(cursorX, 0, world.Width - 1);
            Assert.InRange(cursorY, 0, world.Height - 1);
        }

        var before = world.Model.Open?.Read ?? 0;
        if (frame.History is { } history)
        {
            world.Model.Shown(history);
            Assert.True((world.Model.Open?.Items.Max(item => (long?)item.To) ?? 0) >= history.Seq);
        }

        foreach (var mark in world.Take().OfType<ScreenRequest.MarkRead>())
        {
            Assert.True(mark.Seq > before && mark.Seq <= (frame.History?.Seq ?? 0), $"marked {mark.Seq}");
        }

        foreach (var chat in world.Model.Chats)
        {
            Assert.DoesNotContain(
                chat.Waiting,
                message => chat.Items.Any(item => item.Entry?.From == ScreenWorld.Me && item.Entry.Cid == message.Cid)
            );
        }
    }

    private static void Queue(ScreenWorld world, string cid) => world.Queue("text " + cid, cid);

    private static void Older(ScreenWorld world, int count)
    {
        var lowest = world.Content.Items.Count > 0 ? world.Content.Items[0].From : 61;
        var entries = Enumerable
            .Range(0, count)
            .Select(at => lowest - 1 - at)
            .Where(seq => seq > 0)
            .Select(seq => ScreenWorld.Entry(seq, ScreenWorld.Bob, $"older {seq}"));
        world.Older(entries, lowest - count > 1);
    }
}
