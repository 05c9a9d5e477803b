namespace Connect.Storage.Encryption;

/// <summary>
/// What a sealed row is: part of its associated data, so that a row moved to another table does not open. Frozen.
/// </summary>
internal enum RowTable : byte
{
    BucketKey = 1,
    ConversationKey = 2,
    UserKey = 3,
    Conversation = 4,
    Members = 5,
    Entry = 6,
    Account = 7,
    Device = 8,
    Index = 9,
    Relation = 10,
}
