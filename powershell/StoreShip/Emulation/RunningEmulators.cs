using System.Collections.Generic;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace StoreShip.Emulation
{
    /// <summary>The emulators that each runspace started, so that Stop-StoreEmulator can stop all of them.</summary>
    internal static class RunningEmulators
    {
        private static readonly ConditionalWeakTable<Runspace, List<StoreEmulator>> Table =
            new ConditionalWeakTable<Runspace, List<StoreEmulator>>();

        /// <summary>The emulators of this runspace.</summary>
        internal static List<StoreEmulator> OfThisRunspace => Table.GetOrCreateValue(Runspace.DefaultRunspace);
    }
}
