using System;
using System.Threading;

namespace StoreShip.Session
{
    /// <summary>
    /// Advice to scripts of a build that go on after an error. A cmdlet can't end the script that calls it, so a failed
    /// release would leave the build green.
    /// </summary>
    internal static class ErrorStyle
    {
        private static int given;

        /// <summary>The warning for a script; null if it stops at errors, or was warned already.</summary>
        /// <param name="preference">The value of $ErrorActionPreference where the script calls the cmdlet.</param>
        internal static string? Warning(object? preference)
        {
            bool stops = string.Equals(preference?.ToString(), "Stop", StringComparison.OrdinalIgnoreCase);
            return stops || Interlocked.Exchange(ref given, 1) != 0 ? null
                : "$ErrorActionPreference is " + preference + ": after an error this script goes on, and the build succeeds;"
                    + " begin the script with $ErrorActionPreference = 'Stop'";
        }
    }
}
