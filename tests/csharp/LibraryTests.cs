using System.Text.Json;

namespace StoreShip.Tests;

/// <summary>Tests that need no service: loading, strings, ids.</summary>
internal static class LibraryTests
{
    public static void TheVersionIsTheLibrarys()
    {
        JsonElement info = JsonDocument.Parse(StoreClient.Offline.Call("library.info")).RootElement;
        Check.Equal(info.GetProperty("version").GetString(), StoreLibrary.Version);
    }

    public static void ThePathIsFixedOnceLoaded()
    {
        StoreLibrary.EnsureLoaded();
        Check.Throws<InvalidOperationException>(() => StoreLibrary.LibraryPath = "elsewhere");
    }

    public static void AnUnknownOperationIsRefused()
    {
        StoreException exception = Check.Fails("operation.unknown", () => StoreClient.Offline.Call("app.gett"));
        Check.Equal(StoreStatus.UnknownOperation, exception.Status);
        Check.True(exception.Hint != null, "it has no hint");
    }

    public static void AnUnknownFieldIsRefusedWithItsPlace()
    {
        StoreException exception = Check.Fails("request.unknown_field", () => StoreClient.Offline.Call("library.info", "{\"nmae\":1}"));
        Check.Equal(StoreStatus.Invalid, exception.Status);
        Check.True(exception.ResponseJson!.Contains("nmae"), "the field is not named");
    }

    public static void TheOfflineClientReachesNoService() =>
        Check.Fails("operation.needs_client", () => StoreClient.Offline.Call("app.list"));

    public static void TheOfflineClientCannotBeClosed()
    {
        StoreClient.Offline.Dispose();
        StoreClient.Offline.Call("library.info");
    }

    public static void EveryCodeOfTheLibraryHasAClass()
    {
        JsonElement errors = JsonDocument.Parse(StoreClient.Offline.Call("library.errors")).RootElement.GetProperty("errors");
        foreach (JsonElement error in errors.EnumerateArray())
        {
            Check.True(
                Enum.IsDefined((StoreStatus)error.GetProperty("class").GetInt32()),
                $"{error.GetProperty("code")} has a class that StoreStatus does not know");
        }
    }

    public static void DocumentsComeBackByteForByte()
    {
        string document = "{ \"a\" : 1.10, \"b\":\"\\u00e9\\/\\ud800\", \"a\":1e400,\n\"c\":\"\u00e9\U0001F600\" }";
        string request = $"{{\"document\":{document},\"pointer\":\"\"}}";
        Check.Equal(document, StoreClient.Offline.Call("document.get", request));
    }

    public static void AnEditTouchesItsPlaceOnly()
    {
        string request = "{\"document\":{ \"a\":1.10, \"b\": [ 1 ] },\"pointer\":\"/b/0\",\"value\":2}";
        Check.Equal("{ \"a\":1.10, \"b\": [ 2 ] }", StoreClient.Offline.Call("document.set", request));
    }

    public static void ALargeDocumentPasses()
    {
        string document = "[" + string.Join(",", Enumerable.Repeat("\"0123456789\u00e9\"", 200_000)) + "]";
        Check.Equal(document, StoreClient.Offline.Call("document.get", $"{{\"document\":{document},\"pointer\":\"\"}}"));
    }

    public static async Task AnAnswerOfAnyDepthIsRead()
    {
        // Deeper than a request may be: the service can answer so after it has carried out an operation.
        string deep = "{\"id\":\"1\",\"x\":" + new string('[', 300_000) + new string(']', 300_000) + "}";
        using var gate = new Gate(deep);
        gate.Open();
        using StoreClient client = StoreClient.Open(gate.Config);
        string request = "{\"method\":\"GET\",\"path\":\"applications\"}";
        Check.True(client.Call("service.call", request).Contains(deep), "the answer of a call is not whole");
        Check.True((await client.RunAsync("service.call", request)).Contains(deep), "the answer of a task is not whole");
        using StoreJob job = client.Start("service.call", request);
        while (!job.IsCompleted)
        {
            job.Next(Timeout.InfiniteTimeSpan);
        }
        Check.True(job.Result().Contains(deep), "the answer of a job is not whole");
    }

    public static void TextThatCannotBePassedIsRefused()
    {
        Check.Throws<ArgumentException>(() => StoreClient.Offline.Call("library.info", "{}\0"));
        Check.Throws<ArgumentException>(() => StoreClient.Offline.Call("library.info", "{\"a\":\"\ud800\"}"));
        Check.Throws<ArgumentNullException>(() => StoreClient.Offline.Call(null!));
    }

    public static void AConfigurationIsChecked()
    {
        Check.Fails("request.unknown_field", () => StoreClient.Open("{\"credential\":{\"type\":\"environment\"},\"x\":1}"));
        StoreException exception = Check.Fails("config.invalid", () => StoreClient.Open(
            "{\"credential\":{\"type\":\"token\",\"accessToken\":\"planted-secret\"},\"serviceUrl\":\"http://example.com/\"}"));
        Check.True(!exception.ToString().Contains("planted-secret"), "the token is in the error");
    }

    public static void AClosedClientIsAnError()
    {
        StoreClient client = StoreClient.Open("{\"credential\":{\"type\":\"token\",\"accessToken\":\"x\"}}");
        client.Dispose();
        client.Dispose();
        Check.True(client.IsClosed, "it is not closed");
        Check.Throws<ObjectDisposedException>(() => client.Call("app.list"));
        Check.Throws<ObjectDisposedException>(() => client.Start("app.list"));
    }

    public static void ManyThreadsMayCall()
    {
        Parallel.For(0, 200, i =>
            Check.Equal($"{i}", StoreClient.Offline.Call("document.get", $"{{\"document\":[{i}],\"pointer\":\"/0\"}}")));
    }
}
