namespace Connect.Contracts.Storage;

/// <summary>How many members other than its author hold an entry, and how many have read it.</summary>
public readonly record struct MarkTally(int Delivered, int Read);
