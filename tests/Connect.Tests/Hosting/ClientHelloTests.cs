using System.Buffers;
using System.Net.Security;
using System.Security.Authentication;
using Connect.Server.Tls;
using CsCheck;
using Xunit;

namespace Connect.Tests.Hosting;

/// <summary>What a client's first message says.</summary>
public sealed class ClientHelloTests
{
    [Theory]
    [InlineData(SslProtocols.Tls12, nameof(ClientOffer.Older))]
    [InlineData(SslProtocols.Tls13, nameof(ClientOffer.Tls13))]
    [InlineData(SslProtocols.Tls12 | SslProtocols.Tls13, nameof(ClientOffer.Tls13))]
    public async Task A_real_clients_offer_is_understood_and_no_part_of_it_is(SslProtocols versions, string expected)
    {
        var offer = Enum.Parse<ClientOffer>(expected);
        var hello = await MakeAsync(versions);
        Assert.Equal(offer, Read(hello));
        Assert.Equal(offer, Read([.. hello, 1, 2, 3]));
        for (var known = 0; known < hello.Length; known++)
        {
            Assert.Equal(ClientOffer.Incomplete, Read(hello[..known]));
        }
    }

    [Fact]
    public void What_is_no_hello_is_not_waited_for()
    {
        Assert.Equal(ClientOffer.Unknown, Read("GET / HTTP/1.1"u8.ToArray()));
        Assert.Equal(ClientOffer.Unknown, Read([22, 3, 1, 0xFF, 0xFF]));
        Assert.Equal(ClientOffer.Unknown, Read([22, 3, 1, 0, 1, 2]));
    }

    [Fact]
    public async Task No_bytes_break_it()
    {
        var hello = await MakeAsync(SslProtocols.Tls12 | SslProtocols.Tls13);
        Gen.Select(Gen.Int[0, hello.Length - 1], Gen.Byte)
            .Array[0, 8]
            .Sample(changes =>
            {
                var bytes = hello.ToArray();
                foreach (var (at, value) in changes)
                {
                    bytes[at] = value;
                }

                Read(bytes);
            });
    }

    private static ClientOffer Read(byte[] bytes) => ClientHello.Read(new ReadOnlySequence<byte>(bytes));

    private static async Task<byte[]> MakeAsync(SslProtocols versions)
    {
        using var sent = new MemoryStream();
        await using var client = new SslStream(new OneWay(sent));
        await Assert.ThrowsAnyAsync<Exception>(() =>
            client.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "chat.example", EnabledSslProtocols = versions },
                TestContext.Current.CancellationToken
            )
        );
        return sent.ToArray();
    }

    /// <summary>A connection whose other side says nothing.</summary>
    private sealed class OneWay(MemoryStream sent) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(0);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => sent.Write(buffer, offset, count);
    }
}
