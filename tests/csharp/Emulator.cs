using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;

namespace StoreShip.Tests;

/// <summary>Runs an emulator for one test.</summary>
internal sealed class Emulator : IDisposable
{
    private readonly Process process;
    private readonly JsonElement endpoints;
    private readonly HttpClient control = new();

    internal Emulator(params string[] arguments)
    {
        string name = "storeship-emulator" + (OperatingSystem.IsWindows() ? ".exe" : "");
        string program = Path.GetFullPath(Path.Combine(Module, "bin", StoreLibrary.RuntimeIdentifier, name));
        process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        endpoints = JsonDocument.Parse(process.StandardOutput.ReadLine()!).RootElement;
    }

    internal const string App = "9NBLGGH4R315";

    internal static string Module { get; set; } = "";

    internal string Config(string? secret = null) => JsonSerializer.Serialize(new
    {
        credential = new
        {
            type = "clientSecret",
            tenantId = Endpoint("tenantId"),
            clientId = Endpoint("clientId"),
            clientSecret = secret ?? Endpoint("clientSecret"),
        },
        serviceUrl = Endpoint("service"),
        authorityUrl = Endpoint("authority"),
    });

    internal StoreClient Open() => StoreClient.Open(Config());

    internal void AddFault(object fault) =>
        control.PostAsJsonAsync(Endpoint("control") + "faults", fault).GetAwaiter().GetResult().EnsureSuccessStatusCode();

    /// <summary>The number of requests to which a fault was applied.</summary>
    internal long FaultUse()
    {
        JsonElement faults = JsonDocument.Parse(control.GetStringAsync(Endpoint("control") + "faults").GetAwaiter().GetResult()).RootElement;
        if (faults.ValueKind == JsonValueKind.Object)
        {
            faults = faults.GetProperty("value");
        }
        return faults.EnumerateArray().Sum(fault => fault.GetProperty("used").GetInt64());
    }

    internal int Requests(string method, string pathEnd)
    {
        JsonElement requests = JsonDocument.Parse(control.GetStringAsync(Endpoint("control") + "requests").GetAwaiter().GetResult()).RootElement;
        if (requests.ValueKind == JsonValueKind.Object)
        {
            requests = requests.GetProperty("value");
        }
        return requests.EnumerateArray().Count(request =>
            request.GetProperty("method").GetString() == method && request.GetProperty("path").GetString()!.EndsWith(pathEnd));
    }

    /// <summary>Creates a package that holds only a manifest.</summary>
    internal static string NewPackage()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("storeship").FullName, "App.msix");
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
        using (var types = new StreamWriter(zip.CreateEntry("[Content_Types].xml").Open()))
        {
            types.Write("<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>");
        }
        using (var blocks = new StreamWriter(zip.CreateEntry("AppxBlockMap.xml").Open()))
        {
            blocks.Write("<BlockMap xmlns=\"http://schemas.microsoft.com/appx/2010/blockmap\"/>");
        }
        using var manifest = new StreamWriter(zip.CreateEntry("AppxManifest.xml").Open());
        manifest.Write("<Package xmlns=\"http://schemas.microsoft.com/appx/manifest/foundation/windows10\">"
            + "<Identity Name=\"5224ContosoDeveloper.ContosoSampleApp\" Publisher=\"CN=2F1A8B4C-5D6E-4F70-8192-A3B4C5D6E7F8\" Version=\"2.0.0.0\" ProcessorArchitecture=\"x64\"/>"
            + "<Dependencies><TargetDeviceFamily Name=\"Windows.Desktop\" MinVersion=\"10.0.17763.0\" MaxVersionTested=\"10.0.22621.0\"/></Dependencies></Package>");
        return path;
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(5000))
        {
            process.Kill();
        }
        process.Dispose();
        control.Dispose();
    }

    private string Endpoint(string name) => endpoints.GetProperty(name).GetString()!;
}
