using System.Management.Automation;

namespace StoreShip.Json
{
    /// <summary>
    /// A member of an object that the reader made. Commands that make objects of objects (Select-Object, jobs, CLIXML)
    /// make ordinary note properties, so that the walker knows by it that the type names of an object tell nothing: to
    /// ask for them costs more than all the rest of the walk, because the engine then copies them for this object.
    /// </summary>
    internal sealed class DocumentMember : PSNoteProperty
    {
        internal DocumentMember(string name, object? value)
            : base(name, value)
        {
        }

        /// <inheritdoc/>
        public override PSMemberInfo Copy() => new DocumentMember(Name, Value);
    }
}
