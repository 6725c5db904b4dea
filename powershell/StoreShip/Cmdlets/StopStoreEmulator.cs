using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Emulation;

namespace StoreShip.Cmdlets
{
    /// <summary>Stops an emulator of the Microsoft Store.</summary>
    /// <remarks>
    /// <para>Its state is lost. Without an emulator it stops all that were started in this runspace, which is handy in a
    /// finally block. One that has ended already is no error.</para>
    /// </remarks>
    /// <inputs type="StoreShip.StoreEmulator">An emulator.</inputs>
    /// <outputs type="None">Nothing.</outputs>
    /// <example>
    /// <title>Stop what was started</title>
    /// <code>
    /// $emulator = Start-StoreEmulator
    /// try { Connect-Store -Emulator $emulator } finally { $emulator | Stop-StoreEmulator }
    /// </code>
    /// <para>Leaves nothing running.</para>
    /// </example>
    [Cmdlet(VerbsLifecycle.Stop, "StoreEmulator")]
    [OutputType(typeof(void))]
    public sealed class StopStoreEmulator : StoreCmdlet
    {
        /// <summary>The emulator; without it all of this runspace.</summary>
        [Parameter(Position = 0, ValueFromPipeline = true)]
        public StoreEmulator? Emulator { get; set; }

        /// <inheritdoc/>
        protected override void Process()
        {
            List<StoreEmulator> here = RunningEmulators.Here;
            foreach (StoreEmulator emulator in Emulator == null ? here.ToArray() : new[] { Emulator })
            {
                emulator.Dispose();
                here.Remove(emulator);
            }
        }
    }
}
