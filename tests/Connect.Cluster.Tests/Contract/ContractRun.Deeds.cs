using System.Buffers.Text;
using System.Security.Cryptography;
using Connect.Client;
using Connect.Client.Stores;
using Connect.Cluster.Tests.Processes;
using Connect.Protocol;
using Xunit;

namespace Connect.Cluster.Tests.Contract;

/// <content>What is done.</content>
internal sealed partial class ContractRun
{
    private static readonly Dictionary<string, Func<ContractRun, Step, CancellationToken, Task>> Deeds = new()
    {
        ["join"] = (run, step, cancel) => run.JoinAsync(step, cancel),
        ["connect"] = (run, step, cancel) => run.ConnectAsync(step, cancel),
        ["disconnect"] = (run, step, cancel) => run.ClientOf(step).DisconnectAsync(cancel),
        ["kill"] = (run, _, cancel) => run.Server.KillAsync(cancel),
        ["restart"] = (run, _, cancel) => run.Server.RestartAsync(cancel),
        ["reopen"] = (run, step, _) => run.Of(step.Who).ReopenAsync(),
        ["deafen"] = (run, step, _) => Now(() => run.Of(step.Who).Wire.Deafen()),
        ["lose"] = (run, step, _) => Now(() => run.Of(step.Who).Wire.Lose(step.Pushes)),
        ["cut"] = (run, step, _) => Now(() => run.Of(step.Who).Wire.Cut()),
        ["refuse_tokens"] = (run, step, _) => Now(() => run.Of(step.Who).Tokens.IsRefused = true),
        ["give_tokens"] = (run, step, _) => Now(() => run.Of(step.Who).Tokens.IsRefused = false),
        ["send"] = (run, step, cancel) => run.SendAsync(step, cancel),
        ["queue"] = (run, step, cancel) => run.QueueAsync(step, cancel),
        ["read"] = async (run, step, cancel) =>
            await (await run.RoomAsync(step, cancel)).MarkReadAsync(step.Seq, cancel),
        ["typing"] = async (run, step, cancel) => await (await run.RoomAsync(step, cancel)).TypingAsync(cancel),
        ["stop_typing"] = async (run, step, cancel) =>
            await (await run.RoomAsync(step, cancel)).StopTypingAsync(cancel),
        ["befriend"] = (run, step, cancel) => run.BefriendAsync(step, cancel),
        ["block"] = (run, step, cancel) => run.ClientOf(step).BlockAsync(run.Of(step.User).Id, cancel),
        ["unblock"] = (run, step, cancel) => run.ClientOf(step).UnblockAsync(run.Of(step.User).Id, cancel),
        ["privacy"] = (run, step, cancel) =>
            run.ClientOf(step).SetPrivacyAsync(step.Presence, step.ReadReceipts, cancel),
        ["group"] = async (run, step, cancel) =>
            run._groups[step.Name] = (
                await run.ClientOf(step).CreateGroupAsync(step.Name, run.IdsOf(step.Users), cancel)
            ).Id,
        ["add"] = async (run, step, cancel) =>
            await (await run.RoomAsync(step, cancel)).AddMembersAsync([run.Of(step.User).Id], cancel),
        ["remove"] = async (run, step, cancel) =>
            await (await run.RoomAsync(step, cancel)).RemoveMemberAsync(run.Of(step.User).Id, cancel),
        ["leave"] = async (run, step, cancel) => await (await run.RoomAsync(step, cancel)).LeaveAsync(cancel),
        ["decline_invite"] = (run, step, cancel) => run.ClientOf(step).DeclineInviteAsync(run._groups[step.In], cancel),
        ["join_group"] = (run, step, cancel) => run.ClientOf(step).AcceptInviteAsync(run._groups[step.In], cancel),
        ["accept_request"] = async (run, step, cancel) =>
            await (await run.RoomAsync(step, cancel)).AcceptRequestAsync(cancel),
        ["decline_request"] = async (run, step, cancel) =>
            await (await run.RoomAsync(step, cancel)).DeclineRequestAsync(cancel),
    };

    private static Task Now(Action deed)
    {
        deed();
        return Task.CompletedTask;
    }

    private async Task JoinAsync(Step step, CancellationToken cancellation)
    {
        var username = (step.As ?? step.Who) + suffix;
        var store = new FileConnectStore(Path.Combine(_stores.FullName, step.Who));
        var options = new ConnectOptions(new UriBuilder(Server.Url) { Scheme = "wss", Path = "/v1/connect" }.Uri)
        {
            TrustedCertificates = Server.CertificateFile,
            FirstSync = step.Fresh ? SyncStart.Fresh : SyncStart.LastDays,
        };
        var login = await LoginAsync();
        _actors.Add(step.Who, new(options, username, login, store));
        await ConnectAsync(step, cancellation);

        async Task<ITokenSource> LoginAsync()
        {
            if (step.TokenSeconds is { } seconds)
            {
                options = options with { DeviceId = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)) };
                return new OutsideTokens(issuer, username, TimeSpan.FromSeconds(seconds));
            }

            if (step.As is null)
            {
                await ConnectAccount.RegisterAsync(options, username, TestUser.Password, cancellation);
            }

            var mine = options with { Store = store };
            return await ConnectAccount.LoginAsync(mine, username, TestUser.Password, step.Who, cancellation);
        }
    }

    private async Task ConnectAsync(Step step, CancellationToken cancellation)
    {
        var client = ClientOf(step);
        await client.ConnectAsync(cancellation);
        await UntilAsync(
            step,
            () => Task.FromResult<(object?, object?)>((client.State.ToString(), nameof(ConnectionState.Live))),
            cancellation
        );
    }

    private async Task SendAsync(Step step, CancellationToken cancellation)
    {
        var room = await RoomAsync(step, cancellation);
        var text = string.Concat(Enumerable.Repeat(step.Text, step.Times));
        if (step.Refused is null)
        {
            await SendAsync();
            return;
        }

        var refusal = await Assert.ThrowsAsync<ConnectException>(SendAsync);
        Assert.Equal((step.Refused, false), (ErrorCodes.Describe(refusal.Code).Name, refusal.Retryable));

        async Task SendAsync()
        {
            var message = await Of(step.Who).EnqueueAsync(room, text, cancellation);
            await message.Sent.WaitAsync(cancellation);
        }
    }

    private async Task QueueAsync(Step step, CancellationToken cancellation)
    {
        var room = await RoomAsync(step, cancellation);
        foreach (var text in step.Texts)
        {
            await Of(step.Who).EnqueueAsync(room, text, cancellation);
        }
    }

    private async Task BefriendAsync(Step step, CancellationToken cancellation)
    {
        await ClientOf(step).RequestContactAsync(Of(step.With).Id, cancellation);
        await Of(step.With).Client.AcceptContactAsync(Of(step.Who).Id, cancellation);
    }
}
