namespace Connect.Tests.Storage.Conformance;

public sealed class InMemoryGroupTests() : GroupConformance(InMemoryConformance.Open());
