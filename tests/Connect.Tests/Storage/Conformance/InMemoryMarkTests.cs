namespace Connect.Tests.Storage.Conformance;

public sealed class InMemoryMarkTests() : MarkConformance(InMemoryConformance.Open());
