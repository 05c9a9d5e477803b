using Xunit.Sdk;
using Xunit.v3;

// Each test starts processes of its own and puts load on them; side by side they would only disturb each other.
[assembly: Parallelization(Mode = ParallelMode.None)]
