namespace Connect.Tests.Storage.Conformance;

public sealed class InMemoryCommitTests() : CommitConformance(InMemoryConformance.Open());
