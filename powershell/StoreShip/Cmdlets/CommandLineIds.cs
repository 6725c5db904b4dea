using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using StoreShip.Objects;

namespace StoreShip.Cmdlets
{
    /// <summary>What a cmdlet takes from its command line, and what from the properties of its input.</summary>
    internal static class CommandLineIds
    {
        /// <summary>
        /// Refuses parameters that a cmdlet inherits and has no use for. Called before the first item, when only the
        /// parameters of the command line are bound: an object of the pipeline may belong to a flight.
        /// </summary>
        /// <param name="cmdlet">The cmdlet.</param>
        /// <param name="hint">What to do instead.</param>
        /// <param name="names">The names of the parameters.</param>
        internal static void Refuse(PSCmdlet cmdlet, string hint, params string[] names)
        {
            InvocationInfo invocation = cmdlet.MyInvocation;
            string[] unused = names.Where(invocation.BoundParameters.ContainsKey).Select(name => "-" + name).ToArray();
            if (unused.Length > 0)
            {
                string message = invocation.MyCommand.Name + " has no use for " + string.Join(" and ", unused);
                var exception = new StoreException(StoreStatus.Invalid, "request.target", message, hint);
                cmdlet.ThrowTerminatingError(ErrorRecords.Create(exception, null, hint));
            }
        }

        /// <summary>
        /// Whether the properties of an input are values for parameters: yes for a row of Import-Csv and the like, no for
        /// an object of this module, whose properties describe that object.
        /// </summary>
        /// <param name="input">The value of -InputObject.</param>
        internal static bool IsRow(PSObject? input) =>
            input != null && !(input.BaseObject is string) && !IsRelease(input)
            && !input.TypeNames.Contains(StoreObject.TypeName) && !input.TypeNames.Contains("Deserialized." + StoreObject.TypeName);

        /// <summary>Whether an input is a plan or a receipt, also one that was read from a file.</summary>
        private static bool IsRelease(PSObject input) =>
            ObjectColumns.Member(input, "audience") != null && ObjectColumns.Member(input, "draft") != null;

        /// <summary>The value of a parameter, unless it is a property of an object that is no row.</summary>
        /// <param name="value">The value.</param>
        /// <param name="name">The name of the parameter.</param>
        /// <param name="typed">The names of the parameters on the command line.</param>
        /// <param name="input">The value of -InputObject.</param>
        internal static T? Value<T>(T? value, string name, ICollection<string> typed, PSObject? input)
            where T : class => typed.Contains(name) || IsRow(input) ? value : null;
    }
}
