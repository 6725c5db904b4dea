using System.Text.Json;

namespace StoreShip.Tests;

/// <summary>Releases on the emulator.</summary>
internal static class ReleaseTests
{
    public static void AReleaseStepByStep()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        string ids = $"\"appId\":\"{Emulator.App}\"";
        string draft = client.Call("submission.create", $"{{{ids}}}");
        string id = JsonDocument.Parse(draft).RootElement.GetProperty("id").GetString()!;
        ids += $",\"submissionId\":\"{id}\"";

        string edited = client.Call(
            "document.set", $"{{\"document\":{draft},\"pointer\":\"/listings/en-us/baseListing/releaseNotes\",\"value\":\"Faster\"}}");
        client.Call("submission.update", $"{{{ids},\"submission\":{edited}}}");
        client.Call("submission.commit", $"{{{ids}}}");
        string reached = client.Call("submission.wait", $"{{{ids},\"pollSeconds\":0.01}}");
        Check.Equal("Published", JsonDocument.Parse(reached).RootElement.GetProperty("status").GetString());

        JsonElement published = JsonDocument.Parse(client.Call("submission.get", $"{{{ids}}}")).RootElement;
        Check.Equal(
            "Faster",
            published.GetProperty("listings").GetProperty("en-us").GetProperty("baseListing").GetProperty("releaseNotes").GetString());
    }

    public static async Task AReleaseInOneCall()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        var events = new List<StoreEvent>();
        string request = JsonSerializer.Serialize(new
        {
            appId = Emulator.App,
            packages = new[] { Emulator.NewPackage() },
            until = "published",
            pollSeconds = 0.01,
        });
        string receipt = await client.RunAsync("publish", request, new Collector(events));
        Check.Equal("Published", JsonDocument.Parse(receipt).RootElement.GetProperty("status").GetString());
        Check.True(events.Exists(e => e.Kind == StoreEventKind.Progress && e.Total > 0), "there was no progress");
        Check.True(events.Exists(e => e.Kind == StoreEventKind.Status && e.Status == "Published"), "the status was not told");
        Check.True(!events.Exists(e => e.Json.Contains("sig=")), "a signature is in an event");
    }

    public static void AWrongSecretIsNamed()
    {
        using var emulator = new Emulator();
        using StoreClient client = StoreClient.Open(emulator.Config("wrong"));
        StoreException exception = Check.Fails("auth.invalid_secret", () => client.Call("token.check"));
        Check.Equal(StoreStatus.Authentication, exception.Status);
    }

    public static void AnUnknownAppIsNamed()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        StoreException exception = Check.Fails("app.not_found", () => client.Call("app.get", "{\"appId\":\"9NNOTTHERE00\"}"));
        Check.Equal(404, exception.Http!.Status);
        Check.Equal("GET", exception.Http.Method);
        Check.True(!exception.Retryable, "it is retryable");
    }

    public static async Task TheErrorOfAJobIsThatOfACall()
    {
        using var emulator = new Emulator();
        using StoreClient client = emulator.Open();
        try
        {
            await client.RunAsync("app.get", "{\"appId\":\"9NNOTTHERE00\"}");
        }
        catch (StoreException exception)
        {
            Check.Equal("app.not_found", exception.Code);
            Check.Equal(StoreStatus.Service, exception.Status);
            return;
        }
        throw new InvalidOperationException("there was no error");
    }

    private sealed class Collector(List<StoreEvent> events) : IProgress<StoreEvent>
    {
        public void Report(StoreEvent value) => events.Add(value);
    }
}
