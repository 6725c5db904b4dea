using System.Collections.Generic;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace StoreShip.Emulation
{
    /// <summary>The emulators that a runspace started, so that it can stop them without naming them.</summary>
    internal static class RunningEmulators
    {
        private static readonly ConditionalWeakTable<Runspace, List<StoreEmulator>> Table =
            new ConditionalWeakTable<Runspace, List<StoreEmulator>>();

        /// <summary>Those of this runspace.</summary>
        internal static List<StoreEmulator> Here => Table.GetOrCreateValue(Runspace.DefaultRunspace);
    }
}
