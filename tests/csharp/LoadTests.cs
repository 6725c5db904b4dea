using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Text.Json;

namespace StoreShip.Tests;

/// <summary>
/// Which library file is loaded, and what is said about one that can't be used. Each test loads the client a second time,
/// in a context of its own, since a client loads its library once.
/// </summary>
internal static class LoadTests
{
    public static void ASecondCopyWorksBesideTheFirst()
    {
        string folder = Directory.CreateTempSubdirectory("storeship").FullName;
        string copy = Path.Combine(folder, Path.GetFileName(LibraryFile()));
        File.Copy(LibraryFile(), copy);
        var second = new OtherClient(copy);
        Check.Equal(StoreLibrary.Version, Version(second.Call("library.info")));
        Check.Equal(StoreLibrary.Version, Version(StoreClient.Offline.Call("library.info")));
        Check.True(second.StoreException != typeof(StoreException), "it is the same assembly");
        // Errors are those of the copy that was called.
        Check.Equal("operation.unknown", second.Fails(second.StoreException, () => second.Call("no.operation")).Code);
        Check.Fails("operation.unknown", () => StoreClient.Offline.Call("no.operation"));
    }

    public static void ALibraryOfAnotherReleaseIsRefusedBesideThisOne()
    {
        string? other = Environment.GetEnvironmentVariable("STORESHIP_OTHER_RELEASE");
        if (other == null)
        {
            Console.WriteLine("not run: ALibraryOfAnotherReleaseIsRefusedBesideThisOne: STORESHIP_OTHER_RELEASE names no library");
            return;
        }
        var second = new OtherClient(other);
        (string code, string message) = second.Fails(second.StoreException, () => second.Call("library.info"));
        Check.Equal("library.version_mismatch", code);
        foreach (string part in new[] { "99.1.2", StoreLibrary.Version, other, typeof(StoreClient).Assembly.Location })
        {
            Check.True(message.Contains(part), $"{part} is not in: {message}");
        }
        // Nothing of the other release was called, and this one still works.
        Check.Equal(StoreLibrary.Version, Version(StoreClient.Offline.Call("library.info")));
    }

    public static void AFileThatIsNoLibraryIsNamed()
    {
        string message = Refusal("text", "this is text"u8.ToArray());
        Check.True(message.Contains("it is not a library (12 bytes); this process needs one for "), message);
    }

    public static void ALibraryForAnotherProcessorIsNamed()
    {
        byte[] file = File.ReadAllBytes(LibraryFile());
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        bool isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        file[18] = (byte)(isArm ? 62 : 183);
        string message = Refusal("other", file);
        Check.True(message.Contains($"it is for Linux with glibc on {(isArm ? "x64" : "arm64")}, this process needs one for Linux"), message);
    }

    public static void TheHeaderTellsSystemAndProcessor()
    {
        byte[] elf = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 183, 0];
        Check.Equal("Linux on arm64", Platform(elf));
        Check.Equal("Linux with musl on arm64", Platform([.. elf, .. "\0libc.musl-aarch64.so.1\0"u8]));
        Check.Equal("Linux with musl on arm64", Platform([.. elf, .. "\0libc.so\0"u8]));
        Check.Equal("Linux with glibc on arm64", Platform([.. elf, .. "\0libc.so.6\0"u8]));
        byte[] pe = new byte[80];
        "MZ"u8.CopyTo(pe);
        pe[60] = 64;
        "PE\0\0"u8.CopyTo(pe.AsSpan(64));
        (pe[68], pe[69]) = (0x64, 0x86);
        Check.Equal("Windows on x64", Platform(pe));
        (pe[68], pe[69]) = (0x64, 0xAA);
        Check.Equal("Windows on arm64", Platform(pe));
        Check.Equal("macOS on arm64", Platform([0xCF, 0xFA, 0xED, 0xFE, 0x0C, 0, 0, 1]));
        byte[] fat = new byte[48];
        (fat[0], fat[1], fat[2], fat[3], fat[7]) = (0xCA, 0xFE, 0xBA, 0xBE, 2);
        (fat[8], fat[11], fat[28], fat[31]) = (1, 7, 1, 12);
        Check.Equal("macOS on x64 and arm64", Platform(fat));
        // Files that end within their header.
        foreach (byte[] whole in new[] { elf, pe, fat })
        {
            for (int length = 0; length < whole.Length; length++)
            {
                _ = Platform(whole[..length]);
            }
        }
        pe[60] = pe[61] = pe[62] = pe[63] = 0xFF;
        Check.True(Platform(pe) == null, "a header outside of the file was read");
    }

    public static void ALibraryWithoutOurFunctionsIsNamed()
    {
        // Any library of the system that .NET itself has loaded.
        string foreign = Directory.GetFiles(RuntimeEnvironment.GetRuntimeDirectory(), "*System.Native.*").First(
            file => !file.EndsWith(".dll") || OperatingSystem.IsWindows());
        string message = Refusal(foreign);
        Check.True(message.Contains(foreign) && message.Contains("is not the StoreShip library: it has no function"), message);
    }

    public static void OnMuslTheMuslBuildIsTaken()
    {
        MethodInfo names = Internal("StoreShip.LibraryFile").GetMethod("NamesMusl", BindingFlags.Static | BindingFlags.NonPublic)!;
        bool Musl(string maps) => (bool)names.Invoke(null, [maps])!;
        Check.True(Musl("7f00-7f01 r-xp 0 08:01 1 /lib/ld-musl-x86_64.so.1\n"), "musl was not seen");
        Check.True(!Musl("7f00-7f01 r-xp 0 08:01 1 /usr/lib/x86_64-linux-gnu/libc.so.6\n"), "glibc was taken for musl");
        bool here = OperatingSystem.IsLinux() && Musl(File.ReadAllText("/proc/self/maps"));
        Check.Equal(here, StoreLibrary.RuntimeIdentifier.StartsWith("linux-musl-"));
    }

    private static string LibraryFile() =>
        Directory.GetFiles(Path.Combine(Emulator.Module, "bin", StoreLibrary.RuntimeIdentifier)).First(
            file => Path.GetFileName(file) is "libstoreship.so" or "libstoreship.dylib" or "storeship.dll");

    private static string Version(string info) => JsonDocument.Parse(info).RootElement.GetProperty("version").GetString()!;

    private static string Refusal(string name, byte[] content)
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("storeship").FullName, name);
        File.WriteAllBytes(file, content);
        string message = Refusal(file);
        Check.True(message.Contains(file), message);
        return message;
    }

    private static string Refusal(string file)
    {
        var client = new OtherClient(file);
        return client.Fails(typeof(DllNotFoundException), () => client.Call("library.info")).Message;
    }

    private static string? Platform(byte[] file) =>
        (string?)Internal("StoreShip.LibraryFile").GetMethod("Platform", BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, [file]);

    private static Type Internal(string name) => typeof(StoreClient).Assembly.GetType(name, throwOnError: true)!;

    /// <summary>The client assembly once more, with a library of its own.</summary>
    private sealed class OtherClient
    {
        private readonly Assembly assembly;

        internal OtherClient(string library)
        {
            assembly = new AssemblyLoadContext(library).LoadFromAssemblyPath(typeof(StoreClient).Assembly.Location);
            assembly.GetType("StoreShip.StoreLibrary")!.GetProperty("LibraryPath")!.SetValue(null, library);
        }

        internal Type StoreException => assembly.GetType("StoreShip.StoreException")!;

        internal string Call(string operation)
        {
            Type type = assembly.GetType("StoreShip.StoreClient")!;
            try
            {
                object client = type.GetProperty("Offline")!.GetValue(null)!;
                return (string)type.GetMethod("Call")!.Invoke(client, [operation, null, default(CancellationToken)])!;
            }
            catch (TargetInvocationException exception)
            {
                throw exception.InnerException!;
            }
        }

        /// <summary>The code, if it has one, and the message of an error of the given type.</summary>
        internal (string Code, string Message) Fails(Type expected, Action action)
        {
            Exception exception = Check.Throws<Exception>(action);
            Check.True(exception.GetType() == expected, $"expected {expected}, got {exception}");
            return (exception.GetType().GetProperty("Code")?.GetValue(exception) as string ?? "", exception.Message);
        }
    }
}
