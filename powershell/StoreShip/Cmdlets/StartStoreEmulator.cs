using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using System.Runtime.InteropServices;
using StoreShip.Emulation;

namespace StoreShip.Cmdlets
{
    /// <summary>Starts an emulator of the Microsoft Store on this machine.</summary>
    /// <remarks>
    /// <para>A separate program that answers like the Store's submission API, strictly and without a network: for trying
    /// scripts and for tests. Connect with Connect-Store -Emulator. It listens on 127.0.0.1 only, keeps everything in
    /// memory and ends with Stop-StoreEmulator, or with the PowerShell that started it.</para>
    /// </remarks>
    /// <inputs type="None">Nothing.</inputs>
    /// <outputs type="StoreShip.StoreEmulator">The emulator with its addresses and its test credential.</outputs>
    /// <example>
    /// <title>Try the cmdlets</title>
    /// <code>
    /// $emulator = Start-StoreEmulator
    /// $connection = Connect-Store -Emulator $emulator
    /// Get-StoreApp
    /// Stop-StoreEmulator $emulator
    /// </code>
    /// <para>Lists the apps that the emulator begins with.</para>
    /// </example>
    [Cmdlet(VerbsLifecycle.Start, "StoreEmulator")]
    [OutputType(typeof(StoreEmulator))]
    public sealed class StartStoreEmulator : StoreCmdlet
    {
        /// <summary>The port; without it a free one.</summary>
        [Parameter]
        [ValidateRange(1, 65535)]
        public int Port { get; set; }

        /// <summary>A number that fixes ids and random faults, for runs that can be repeated.</summary>
        [Parameter]
        public ulong? Seed { get; set; }

        /// <summary>A JSON file with the state to begin with; without it two small apps.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? StatePath { get; set; }

        /// <summary>Further arguments of the program, for example '--rate-limit', '20'; storeship-emulator --help lists them.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[]? ArgumentList { get; set; }

        /// <summary>The emulator program; without it the one of this module.</summary>
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string? ProgramPath { get; set; }

        /// <inheritdoc/>
        protected override object? ErrorTarget => ProgramPath;

        /// <inheritdoc/>
        protected override void Process()
        {
            var arguments = new List<string>();
            if (Port > 0)
            {
                arguments.Add("--port " + Port);
            }
            if (Seed != null)
            {
                arguments.Add("--seed " + Seed);
            }
            if (StatePath != null)
            {
                arguments.Add("--state \"" + FilePath(StatePath) + "\"");
            }
            foreach (string argument in ArgumentList ?? new string[0])
            {
                arguments.Add("\"" + argument + "\"");
            }
            string program = ProgramPath == null ? OwnProgram() : FilePath(ProgramPath);
            StoreEmulator emulator = StoreEmulator.Start(program, string.Join(" ", arguments), () => IsStopping);
            RunningEmulators.Here.Add(emulator);
            WriteObject(emulator);
        }

        private string OwnProgram()
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
