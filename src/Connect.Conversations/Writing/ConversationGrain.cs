using Connect.Contracts.Accounts;
using Connect.Contracts.Conversations;
using Connect.Contracts.Delivery;
using Connect.Contracts.Identifiers;
using Connect.Contracts.Storage;
using Connect.Conversations.State;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace Connect.Conversations.Writing;

/// <summary>
/// The writer of an active conversation (ADR 0005): a shell around <see cref="AppendPump"/>, which holds the flow, and
/// <see cref="ConversationState"/>, which holds the rules.
/// </summary>
[Immovable]
public sealed class ConversationGrain(
    IConversationStore store,
    IConversationIndex index,
    IDirectConversationIds directIds,
    IPublisher publisher,
    IRelations relations,
    IOptions<ConversationOptions> options,
    ActivationTable activations,
    TimeProvider time,
    RecentMoves moves,
    ILogger<ConversationGrain> logger
) : Grain, IConversationGrain
{
    private AppendPump _pump = null!;
    private Activation _place = null!;
    private ConversationId _conversation;
    private (UserId Sender, UserId Peer) _pair;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _conversation = ConversationKeys.FromGrainKey(this.GetPrimaryKey());
        _pump = new(
            _conversation,
            store,
            index,
            publisher,
            relations,
            options.Value,
            time,
            logger,
            DeactivateOnIdle,
            moves
        );
        _place = activations.Enter(End);
        _place.Used(_pump.HeldBytes);
        _pump.Used = _place.Used;
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _place.Leave();
        return _pump.StopAsync();
    }

    public Task<AppendReply> AppendAsync(AppendRequest request)
    {
        if (!request.Peer.IsNone && !IsPair(request.Sender, request.Peer))
        {
            return Task.FromResult(AppendPump.Answer(request, AppendStatus.NotFound));
        }

        return _pump.AppendAsync(request);
    }

    public Task<MarkReply> MarkAsync(MarkRequest request) => _pump.MarkAsync(request);

    public Task<ChangeReply> ChangeAsync(ChangeRequest request) => _pump.ChangeAsync(request);

    public Task RefreshAsync()
    {
        _pump.Refresh();
        return Task.CompletedTask;
    }

    /// <summary>Called from any thread.</summary>
    private void End() =>
        GrainContext.Deactivate(new(DeactivationReasonCode.ApplicationRequested, "Others need the memory."));

    /// <summary>Only the pair from which the id is derived may name each other here.</summary>
    private bool IsPair(UserId sender, UserId peer)
    {
        if (_pair == (sender, peer) || _pair == (peer, sender))
        {
            return true;
        }

        if (sender == peer || directIds.Derive(sender, peer) != _conversation)
        {
            return false;
        }

        _pair = (sender, peer);
        return true;
    }
}
