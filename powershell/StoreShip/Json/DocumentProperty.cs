using System.Management.Automation;

namespace StoreShip.Json
{
    /// <summary>
    /// A property of an object that <see cref="DocumentReader"/> made. Select-Object, jobs and CLIXML copy objects with
    /// ordinary note properties. So an object that has a property of this type is not such a copy, and
    /// <see cref="DocumentWriter"/> need not read its type names. This makes the writer faster: the engine copies the
    /// type names of each object on access, which takes longer than everything else in the writer.
    /// </summary>
    internal sealed class DocumentProperty : PSNoteProperty
    {
        internal DocumentProperty(string name, object? value)
            : base(name, value)
        {
        }

        /// <summary>
        /// Whether a script assigned a value. Otherwise the value is the one of the document, unless a script changed the
        /// inside of it.
        /// </summary>
        internal bool IsAssigned { get; private set; }

        /// <inheritdoc/>
        public override object? Value
        {
            get => base.Value;
            set
            {
                base.Value = value;
                IsAssigned = true;
            }
        }

        /// <summary>Replaces the value while the document is read.</summary>
        internal void Read(object? value) => base.Value = value;

        /// <inheritdoc/>
        public override PSMemberInfo Copy() => new DocumentProperty(Name, Value) { IsAssigned = IsAssigned };
    }
}
