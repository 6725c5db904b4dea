using System.Collections.Generic;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace StoreShip.Emulation
{
    /// <summary>
    /// The emulators that each runspace started. Stop-StoreEmulator stops all of them, and so does the end of the runspace.
    /// </summary>
    internal static class RunningEmulators
    {
        private static readonly ConditionalWeakTable<Runspace, List<StoreEmulator>> Table =
            new ConditionalWeakTable<Runspace, List<StoreEmulator>>();

        /// <summary>Adds an emulator that this runspace started.</summary>
        internal static void Add(StoreEmulator emulator)
        {
            List<StoreEmulator> emulators = Table.GetValue(Runspace.DefaultRunspace, runspace =>
            {
                runspace.StateChanged += OnStateChanged;
                return new List<StoreEmulator>();
            });
            lock (emulators)
            {
                emulators.Add(emulator);
            }
        }

        /// <summary>Stops one emulator, whichever runspace started it.</summary>
        internal static void Stop(StoreEmulator emulator)
        {
            emulator.Dispose();
            if (Table.TryGetValue(Runspace.DefaultRunspace, out List<StoreEmulator>? emulators))
            {
                lock (emulators)
                {
                    emulators.Remove(emulator);
                }
            }
        }

        /// <summary>Stops the emulators of this runspace.</summary>
        internal static void StopAll() => StopAll(Runspace.DefaultRunspace);

        private static void StopAll(Runspace runspace)
        {
            if (!Table.TryGetValue(runspace, out List<StoreEmulator>? emulators))
            {
                return;
            }
            lock (emulators)
            {
                emulators.ForEach(emulator => emulator.Dispose());
                emulators.Clear();
            }
        }

        private static void OnStateChanged(object sender, RunspaceStateEventArgs change)
        {
            RunspaceState state = change.RunspaceStateInfo.State;
            if (state == RunspaceState.Closed || state == RunspaceState.Broken)
            {
                StopAll((Runspace)sender);
            }
        }
    }
}
