using System.Collections.Immutable;
using Connect.Contracts.Identifiers;
using Connect.Gateway.Sessions;
using Connect.Protocol.V1;

namespace Connect.Gateway.Commands;

/// <summary>
/// What the user looks at. Has no answer, so ids that are none are left out; the reader bounded the list.
/// </summary>
internal static class StateCommand
{
    public static void Execute(Session session, StateRequest state)
    {
        var open = ImmutableArray.CreateBuilder<ConversationId>(state.Open.Count);
        foreach (var text in state.Open)
        {
            if (ConversationId.TryParse(text, out var conversation))
            {
                open.Add(conversation);
            }
        }

        session.Attention = new(state.Activity == Activity.Background, open.DrainToImmutable());
    }
}
