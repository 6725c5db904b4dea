using System.Management.Automation;
using StoreShip.Emulation;

namespace StoreShip.Cmdlets
{
    /// <summary>Stops an emulator of the Microsoft Store.</summary>
    /// <remarks>
    /// <para>The state of the emulator is lost. Without -Emulator, the cmdlet stops all emulators that were started in this
    /// runspace, for example in a finally block. An emulator that has already exited is not an error.</para>
    /// </remarks>
    /// <inputs type="StoreShip.StoreEmulator">An emulator.</inputs>
    /// <outputs type="None">Nothing.</outputs>
    /// <example>
    /// <title>Stop an emulator after use</title>
    /// <code>
    /// $ErrorActionPreference = 'Stop'
    /// $emulator = Start-StoreEmulator
    /// try { Connect-Store -Emulator $emulator } finally { $emulator | Stop-StoreEmulator }
    /// </code>
    /// <para>Stops the emulator even if an error occurs.</para>
    /// </example>
    [Cmdlet(VerbsLifecycle.Stop, "StoreEmulator")]
    [OutputType(typeof(void))]
    public sealed class StopStoreEmulator : StoreCmdlet
    {
        /// <summary>The emulator to stop. The default is all emulators of this runspace.</summary>
        [Parameter(Position = 0, ValueFromPipeline = true)]
        public StoreEmulator? Emulator { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            if (Emulator == null)
            {
                RunningEmulators.StopAll();
                return;
            }
            RunningEmulators.Stop(Emulator);
        }
    }
}
