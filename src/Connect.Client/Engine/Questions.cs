using Wire = Connect.Protocol.V1;

namespace Connect.Client.Engine;

/// <summary>The application's questions: asked again in each session until there is an answer.</summary>
internal sealed class Questions(Round round, Requests requests)
{
    private readonly LinkedList<PendingRequest> _open = [];

    public void Add(PendingRequest question)
    {
        var node = _open.AddLast(question);
        // A caller that no longer waits takes its question back.
        question.Withdrawn = () => Remove(node);
    }

    /// <summary>Asks what was not asked in this session, as long as there is room.</summary>
    public void Advance()
    {
        for (var node = _open.First; node is not null && requests.CanAsk; )
        {
            var next = node.Next;
            var question = node.Value;
            if (!question.Asked)
            {
                question.Asked = true;
                var asked = node;
                requests.Ask(question.CreateFrame(), frame => Answered(asked, frame));
            }

            node = next;
        }
    }

    public void Disconnected()
    {
        foreach (var question in _open)
        {
            question.Asked = false;
        }
    }

    public void Fail(ConnectException reason)
    {
        foreach (var question in _open)
        {
            round.Effects.After.Add(() => question.Fail(reason));
        }

        _open.Clear();
    }

    private void Answered(LinkedListNode<PendingRequest> question, Wire.ServerFrame frame)
    {
        Remove(question);
        round.Effects.After.Add(() => question.Value.Complete(frame));
    }

    private void Remove(LinkedListNode<PendingRequest> question)
    {
        if (question.List is not null)
        {
            _open.Remove(question);
        }
    }
}

/// <summary>One of the application's questions.</summary>
internal sealed class PendingRequest(Func<Wire.ClientFrame> create)
{
    private readonly TaskCompletionSource<Wire.ServerFrame> _answer = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public Task<Wire.ServerFrame> Answer => _answer.Task;

    /// <summary>Asked on this connection.</summary>
    public bool Asked { get; set; }

    /// <summary>Takes the question back; set by <see cref="Questions"/>, called in the loop.</summary>
    public Action? Withdrawn { get; set; }

    /// <summary>A new frame each time: its id belongs to the connection.</summary>
    public Wire.ClientFrame CreateFrame() => create();

    public void Complete(Wire.ServerFrame frame)
    {
        if (frame.BodyCase == Wire.ServerFrame.BodyOneofCase.Err)
        {
            _answer.TrySetException(ConnectException.From(frame.Err));
        }
        else
        {
            _answer.TrySetResult(frame);
        }
    }

    public void Fail(ConnectException error) => _answer.TrySetException(error);
}
