namespace StoreShip.Tests;

/// <summary>Assertions.</summary>
internal static class Check
{
    internal static void Equal<T>(T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InvalidOperationException($"expected {expected}, got {actual}");
        }
    }

    internal static void True(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException(what);
        }
    }

    internal static StoreException Fails(string code, Action action)
    {
        StoreException exception = Throws<StoreException>(action);
        Equal(code, exception.Code);
        return exception;
    }

    internal static T Throws<T>(Action action)
        where T : Exception
    {
        try
        {
            action();
        }
        catch (T exception)
        {
            return exception;
        }
        throw new InvalidOperationException($"there was no {typeof(T).Name}");
    }
}
