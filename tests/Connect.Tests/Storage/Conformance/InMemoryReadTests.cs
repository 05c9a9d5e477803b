namespace Connect.Tests.Storage.Conformance;

public sealed class InMemoryReadTests() : ReadConformance(InMemoryConformance.Open());
