using System.Collections;
using System.Collections.Generic;
using StoreShip.Objects;

namespace StoreShip.Completion
{
    /// <summary>Completes the name of a guard; the tooltip says what the guard refuses.</summary>
    public sealed class GuardCompleter : WordCompleter
    {
        /// <inheritdoc/>
        private protected override IEnumerable<KeyValuePair<string, string>> Words(string parameter, IDictionary bound) =>
            GuardNames.Meanings;
    }
}
