namespace MultiNet.Cluster.Tests.TestBed;

/// <summary>One cluster for all tests, which take turns on it.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterCollection : ICollectionFixture<ClusterUnderTest>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "cluster";
}
