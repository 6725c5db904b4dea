using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Management.Automation;
using System.Runtime.InteropServices;
using StoreShip.Emulation;

namespace StoreShip.Cmdlets
{
    /// <summary>Starts an emulator of the Microsoft Store on this machine.</summary>
    /// <remarks>
    /// <para>The emulator is a separate program that behaves like the submission API of the Store, to try scripts and run
    /// tests without an account. Use Connect-Store -Emulator to connect to it. It keeps its state in memory. It runs until
    /// Stop-StoreEmulator, or until the runspace that started it ends: that of a session, of a job or of a ForEach-Object
    /// -Parallel. Ctrl+C at the prompt does not end it.</para>
    /// <para>It listens on 127.0.0.1, so that only programs of this machine reach it. With -ArgumentList '--host', '0.0.0.0',
    /// others reach it too, and whoever does can read and change its state: use it in a network that you trust only.</para>
    /// </remarks>
    /// <inputs type="None">Nothing.</inputs>
    /// <outputs type="StoreShip.StoreEmulator">The emulator, with its addresses and its test credential.</outputs>
    /// <example>
    /// <title>Try the cmdlets on the emulator</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $emulator = Start-StoreEmulator
    /// $connection = Connect-Store -Emulator $emulator
    /// Get-StoreApp
    /// Stop-StoreEmulator $emulator
    /// </code>
    /// <para>Lists the sample apps of the emulator.</para>
    /// </example>
    [Cmdlet(VerbsLifecycle.Start, "StoreEmulator")]
    [OutputType(typeof(StoreEmulator))]
    public sealed class StartStoreEmulator : StoreCmdlet
    {
        /// <summary>The port to listen on. The default is a free port.</summary>
        [Parameter]
        [ValidateRange(1, 65535)]
        public int Port { get; set; }

        /// <summary>
        /// The seed of generated ids and random faults; the same seed gives the same ids and faults. The default is 1.
        /// </summary>
        [Parameter]
        [ValidateNotNull]
        public ulong? Seed { get; set; }

        /// <summary>A JSON file with the initial state. The default state has two sample apps.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? StatePath { get; set; }

        /// <summary>
        /// Further command line arguments, for example '--rate-limit', '20'. Each is passed as it is, whatever characters it
        /// has. storeship-emulator --help lists them.
        /// </summary>
        [Parameter]
        [ValidateNotNull]
        public string[]? ArgumentList { get; set; }

        /// <summary>The path of the emulator program. The default is the program that comes with this module.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? ProgramPath { get; set; }

        /// <inheritdoc/>
        protected override object? ErrorTarget => ProgramPath;

        /// <inheritdoc/>
        protected override void Process()
        {
            // A Ctrl+C at the prompt reaches all programs of the terminal.
            var arguments = new List<string> { "--ignore-interrupt" };
            if (Port > 0)
            {
                Add(arguments, "--port", Port.ToString(CultureInfo.InvariantCulture));
            }
            if (Seed != null)
            {
                Add(arguments, "--seed", Seed.Value.ToString(CultureInfo.InvariantCulture));
            }
            if (StatePath != null)
            {
                Add(arguments, "--state", FilePath(StatePath));
            }
            arguments.AddRange(ArgumentList ?? new string[0]);
            string program = ProgramPath == null ? ModuleProgram() : FilePath(ProgramPath);
            StoreEmulator emulator = StoreEmulator.Start(program, arguments, ProgramPath == null, () => IsStopping);
            RunningEmulators.Add(emulator);
            WriteObject(emulator);
        }

        private static void Add(List<string> arguments, string name, string value)
        {
            arguments.Add(name);
            arguments.Add(value);
        }

        private string ModuleProgram()
        {
            string file = "storeship-emulator" + (RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? ".exe" : "");
            string folder = System.IO.Path.GetDirectoryName(typeof(StartStoreEmulator).Assembly.Location)!;
            string program = System.IO.Path.Combine(folder, "bin", StoreLibrary.RuntimeIdentifier, file);
            return File.Exists(program) ? program : throw new StoreException(
                StoreStatus.File, "file.not_found", "this module has no emulator at " + program,
                "give the program with -ProgramPath");
        }
    }
}
