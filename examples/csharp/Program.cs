// A release on the emulator, in C#. Build the module first (powershell/build.ps1), then:
//
//     dotnet run --project examples/csharp [package.msix [module folder]]
//
// For the Microsoft Store itself, do not start an emulator: put the tenant id, the client id and the secret of your Entra
// application into the configuration, and leave out the two URLs.

using System.Diagnostics;
using System.Text.Json;
using StoreShip;

// The built module contains the native library and the emulator. A program that ships with the native library beside
// StoreShip.Client.dll does not need to set the path.
string module = args.Length > 1 ? args[1] : Path.Combine("target", "powershell", "StoreShip");
StoreLibrary.LibraryPath = module;
DirectoryInfo? folder = args.Length > 0 && args[0].Length > 0 ? null : Directory.CreateTempSubdirectory("storeship");

using Process emulator = StartEmulator(module);
try
{
    JsonElement endpoints = JsonDocument.Parse(emulator.StandardOutput.ReadLine()!).RootElement;
    string package = args.Length > 0 && args[0].Length > 0 ? args[0] : await SamplePackage(endpoints, folder!);
    string config = JsonSerializer.Serialize(new
    {
        credential = new
        {
            type = "clientSecret",
            tenantId = endpoints.GetProperty("tenantId").GetString(),
            clientId = endpoints.GetProperty("clientId").GetString(),
            clientSecret = endpoints.GetProperty("clientSecret").GetString(),
        },
        serviceUrl = endpoints.GetProperty("service").GetString(),
        authorityUrl = endpoints.GetProperty("authority").GetString(),
    });
    using StoreClient client = StoreClient.Open(config);

    JsonElement apps = JsonDocument.Parse(client.Call("app.list")).RootElement;
    JsonElement app = apps.GetProperty("value")[0];
    Console.WriteLine($"{app.GetProperty("id")}  {app.GetProperty("primaryName")}");

    string request = JsonSerializer.Serialize(new
    {
        appId = app.GetProperty("id").GetString(),
        packages = new[] { package },
        releaseNotes = new Dictionary<string, string>
        {
            ["en-us"] = "Starts twice as fast",
            ["de-de"] = "Startet doppelt so schnell",
        },
        until = "published",
    });

    // Ctrl+C cancels the release instead of ending the program.
    using var cancellation = new CancellationTokenSource();
    Console.CancelKeyPress += (_, press) =>
    {
        press.Cancel = true;
        cancellation.Cancel();
    };
    StoreResponse response = await client.InvokeAsync("publish", request, new ConsoleProgress(), cancellation.Token);

    JsonElement done = JsonDocument.Parse(response.Result).RootElement;
    Console.WriteLine($"submission {done.GetProperty("submissionId")} is {done.GetProperty("status")}");
    foreach (JsonElement edit in JsonDocument.Parse(response.Meta!).RootElement.GetProperty("edits").EnumerateArray())
    {
        Console.WriteLine($"  {edit.GetProperty("op")} {edit.GetProperty("path")}");
    }
    return 0;
}
catch (StoreException exception)
{
    Console.Error.WriteLine($"{exception.Code}: {exception.Message}");
    Console.Error.WriteLine($"  {exception.Hint}");
    return 1;
}
finally
{
    emulator.StandardInput.Close();
    emulator.WaitForExit();
    folder?.Delete(recursive: true);
}

static Process StartEmulator(string module)
{
    string name = "storeship-emulator" + (OperatingSystem.IsWindows() ? ".exe" : "");
    string program = Path.GetFullPath(Path.Combine(module, "bin", StoreLibrary.RuntimeIdentifier, name));
    // The emulator ends when its standard input is closed, even if this program crashes.
    return Process.Start(new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
}

// A small package of the emulator's first app.
static async Task<string> SamplePackage(JsonElement endpoints, DirectoryInfo folder)
{
    string path = Path.Combine(folder.FullName, "Contoso_2.0.0.0_x64.msix");
    using var http = new HttpClient();
    Uri address = new(endpoints.GetProperty("control").GetString() + "package?version=2.0.0.0");
    await File.WriteAllBytesAsync(path, await http.GetByteArrayAsync(address));
    return path;
}

/// <summary>Prints events in order. The class Progress would report them on several threads, out of order.</summary>
internal sealed class ConsoleProgress : IProgress<StoreEvent>
{
    public void Report(StoreEvent e)
    {
        switch (e.Kind)
        {
            case StoreEventKind.Progress: Console.WriteLine($"{e.Phase}: {e.Done} of {e.Total} {e.Unit}"); break;
            case StoreEventKind.Status: Console.WriteLine($"status: {e.Status}"); break;
            case StoreEventKind.Log: Console.WriteLine(e.Message); break;
        }
    }
}
