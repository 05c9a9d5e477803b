namespace Connect.Tests.Storage.Conformance;

public sealed class InMemoryRetentionTests() : RetentionConformance(InMemoryConformance.Open());
