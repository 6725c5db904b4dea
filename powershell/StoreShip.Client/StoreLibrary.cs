using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace StoreShip
{
    /// <summary>Finds and loads the native library, once per process.</summary>
    public static class StoreLibrary
    {
        private const uint AbiVersion = 1;
        private static readonly object Gate = new object();
        private static string? chosenPath;
        private static IntPtr handle;
        private static bool ready;

        /// <summary>
        /// The file to load, or a folder to search: first its <c>bin/&lt;rid&gt;/</c>, then its
        /// <c>runtimes/&lt;rid&gt;/native/</c>, then the folder itself. Null, the default, means the folder of this
        /// assembly, and then those into which a single-file program unpacks its libraries. Set it before the first call.
        /// </summary>
        /// <exception cref="InvalidOperationException">The library is loaded already.</exception>
        public static string? LibraryPath
        {
            get => chosenPath;
            set
            {
                lock (Gate)
                {
                    if (ready && value != chosenPath)
                    {
                        throw new InvalidOperationException("the StoreShip library is loaded already; set the path before the first call");
                    }
                    chosenPath = value;
                }
            }
        }

        /// <summary>
        /// The runtime identifier of this process, such as <c>win-x64</c>, <c>linux-arm64</c> or, on Alpine Linux,
        /// <c>linux-musl-x64</c>.
        /// </summary>
        public static string RuntimeIdentifier
        {
            get
            {
                string system = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "win"
                    : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "osx" : IsMusl ? "linux-musl" : "linux";
                return system + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
            }
        }

        /// <summary>The version of the native library.</summary>
        public static string Version
        {
            get
            {
                EnsureLoaded();
                return NativeMethods.CopyText(NativeMethods.storeship_version());
            }
        }

        /// <summary>Loads the library and checks that it belongs to this assembly. Later calls do nothing.</summary>
        /// <exception cref="DllNotFoundException">
        /// No file was found, the system could not load it, or it is another library. The message says for which system and
        /// processor the file was built.
        /// </exception>
        /// <exception cref="StoreException">
        /// <c>library.version_mismatch</c>: the file is of another release than this assembly.
        /// </exception>
        public static void EnsureLoaded()
        {
            if (ready)
            {
                return;
            }
            lock (Gate)
            {
                if (ready)
                {
                    return;
                }
                string file = Find();
                Load(file);
                CheckVersion(file);
                ready = true;
            }
        }

        /// <summary>Whether the C library of this process is musl, as on Alpine Linux.</summary>
        internal static bool IsMusl
        {
            get
            {
                try
                {
                    return RuntimeInformation.IsOSPlatform(OSPlatform.Linux)
                        && LibraryFile.NamesMusl(File.ReadAllText("/proc/self/maps"));
                }
                catch (Exception exception) when (exception is IOException || exception is UnauthorizedAccessException)
                {
                    return false;
                }
            }
        }

        private static string FileName =>
            RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "storeship.dll"
            : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "libstoreship.dylib" : "libstoreship.so";

        private static string OwnFolder
        {
            get
            {
                // A single-file program has no assembly files.
                string location = typeof(StoreLibrary).Assembly.Location;
                return location.Length == 0 ? AppContext.BaseDirectory : Path.GetDirectoryName(location)!;
            }
        }

        private static string Find()
        {
            var candidates = new List<string>();
            if (chosenPath != null && !Directory.Exists(chosenPath))
            {
                candidates.Add(Path.GetFullPath(chosenPath));
            }
            else
            {
                string folder = Path.GetFullPath(chosenPath ?? OwnFolder);
                string rid = RuntimeIdentifier;
                candidates.Add(Path.Combine(folder, "bin", rid, FileName));
                candidates.Add(Path.Combine(folder, "runtimes", rid, "native", FileName));
                candidates.Add(Path.Combine(folder, FileName));
            }
            if (chosenPath == null)
            {
                // A single-file program that has the library in it unpacks it into a folder of this list.
                string folders = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
                foreach (string folder in folders.Split(new[] { Path.PathSeparator }, StringSplitOptions.RemoveEmptyEntries))
                {
                    candidates.Add(Path.Combine(folder, FileName));
                }
            }
            foreach (string candidate in candidates)
            {
                if (File.Exists(candidate))
                {
                    return candidate;
                }
            }
            throw new DllNotFoundException(
                "the StoreShip library for " + RuntimeIdentifier + " was not found; looked for " + string.Join(", ", candidates));
        }

        private static void Load(string file)
        {
            // NativeLibrary exists in .NET but not in .NET Framework, and not in netstandard2.0: so it is called by reflection.
            Type? native = Type.GetType("System.Runtime.InteropServices.NativeLibrary, System.Runtime.InteropServices");
            Type? resolver = Type.GetType("System.Runtime.InteropServices.DllImportResolver, System.Runtime.InteropServices");
            if (native == null || resolver == null)
            {
                // DllImport finds a module that is already loaded by its name.
                if (LoadLibraryExW(file, IntPtr.Zero, LoadWithAlteredSearchPath) == IntPtr.Zero)
                {
                    throw NotLoaded(file, new Win32Exception(Marshal.GetLastWin32Error()));
                }
                return;
            }
            try
            {
                handle = (IntPtr)native.GetMethod("Load", new[] { typeof(string) })!.Invoke(null, new object[] { file })!;
            }
            catch (TargetInvocationException exception)
            {
                throw NotLoaded(file, exception.InnerException!);
            }
            try
            {
                Delegate callback = Delegate.CreateDelegate(
                    resolver, typeof(StoreLibrary).GetMethod(nameof(Resolve), BindingFlags.NonPublic | BindingFlags.Static)!);
                native.GetMethod("SetDllImportResolver")!.Invoke(null, new object[] { typeof(StoreLibrary).Assembly, callback });
            }
            catch (TargetInvocationException exception) when (exception.InnerException is InvalidOperationException)
            {
                // The program has set its own resolver for this assembly, which must find the library.
            }
        }

        private static DllNotFoundException NotLoaded(string file, Exception reason) => new DllNotFoundException(
            "the StoreShip library " + file + " could not be loaded: " + LibraryFile.Describe(file) + " ("
            + reason.Message.Trim() + ")", reason);

        private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
            name == NativeMethods.Library ? handle : IntPtr.Zero;

        /// <summary>
        /// Refuses a library of another release: the ABI is stable, but the names and fields that this assembly reads
        /// are those of its own release.
        /// </summary>
        private static void CheckVersion(string file)
        {
            uint abi;
            string version;
            try
            {
                abi = NativeMethods.storeship_abi_version();
                version = NativeMethods.CopyText(NativeMethods.storeship_version());
            }
            catch (EntryPointNotFoundException exception)
            {
                throw new DllNotFoundException(
                    "the file " + LoadedFile(file) + " is not the StoreShip library: it has no function storeship_abi_version", exception);
            }
            if (abi == AbiVersion && version == OwnVersion)
            {
                return;
            }
            throw new StoreException(
                StoreStatus.File,
                "library.version_mismatch",
                "the StoreShip library " + LoadedFile(file) + " is version " + version + " (ABI " + abi + "), and the assembly "
                + OwnFile + " that calls it is version " + OwnVersion + " (ABI " + AbiVersion + ")",
                "start a new session, in which only one version of StoreShip is loaded; take library and assembly from the same release");
        }

        private static string OwnVersion =>
            typeof(StoreLibrary).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

        private static string OwnFile
        {
            get
            {
                Assembly assembly = typeof(StoreLibrary).Assembly;
                return assembly.Location.Length == 0 ? assembly.GetName().Name! : assembly.Location;
            }
        }

        /// <summary>
        /// The file that DllImport calls. On .NET Framework the first library of this name in the process answers, which
        /// may be another than <paramref name="file"/>.
        /// </summary>
        private static string LoadedFile(string file)
        {
            if (handle != IntPtr.Zero || !RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            {
                return file;
            }
            var path = new StringBuilder(1024);
            uint length = GetModuleFileNameW(GetModuleHandleW(FileName), path, (uint)path.Capacity);
            return length == 0 ? file : path.ToString();
        }

        private const uint LoadWithAlteredSearchPath = 0x8;

        [DllImport("kernel32", ExactSpelling = true, CharSet = CharSet.Unicode, SetLastError = true)]
        private static extern IntPtr LoadLibraryExW(string file, IntPtr reserved, uint flags);

        [DllImport("kernel32", ExactSpelling = true, CharSet = CharSet.Unicode)]
        private static extern IntPtr GetModuleHandleW(string name);

        [DllImport("kernel32", ExactSpelling = true, CharSet = CharSet.Unicode)]
        private static extern uint GetModuleFileNameW(IntPtr module, StringBuilder path, uint size);
    }
}
