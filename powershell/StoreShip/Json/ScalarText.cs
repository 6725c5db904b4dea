using System;
using System.Collections;
using System.Globalization;
using System.IO;
using System.Management.Automation;
using System.Net;
using System.Numerics;
using System.Reflection;
using System.Security;
using System.Xml;

namespace StoreShip.Json
{
    /// <summary>
    /// Formats values that are not containers as JSON, and refuses values that have no unambiguous JSON form. The
    /// result does not depend on the culture, on type data or on the edition of PowerShell.
    /// </summary>
    internal static class ScalarText
    {
        private const string DateFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

        /// <summary>
        /// Stands for an infinity, which is how a number beyond the range of Double was read. A merge treats it as equal
        /// to any such number, so that an unchanged number keeps its text.
        /// </summary>
        private const string BeyondDouble = "9.9999999999999999E+999";

        /// <summary>The JSON text of a scalar; null if the value is not a scalar.</summary>
        /// <param name="value">The value, not null and not wrapped in a PSObject.</param>
        /// <param name="forMerge">
        /// True to write floating point numbers in an exponent form that no other number has. The merge recognizes that
        /// form: it keeps the text of an unchanged number and finds the shortest text of a changed one.
        /// </param>
        /// <param name="note">The kind of <see cref="ValueNote"/> to record, or null.</param>
        /// <exception cref="UnsupportedValueException">The value has no unambiguous JSON form.</exception>
        internal static string? Of(object value, bool forMerge, out string? note)
        {
            note = null;
            switch (value)
            {
                case string text: return JsonText.Quote(text);
                case bool flag: return flag ? "true" : "false";
                case Enum name: return EnumName(name);
                case char character: return JsonText.Quote(character.ToString());
                case sbyte or byte or short or ushort or int or uint or long or ulong or BigInteger:
                    return ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture);
                case decimal number: return NumberText.Of(number);
                case double number:
                    return forMerge ? ForMerge(number) : NumberText.Of(Finite(number, number));
                case float number:
                    Finite(number, number);
                    return forMerge ? number.ToString("E8", CultureInfo.InvariantCulture) : NumberText.Of(number);
                case SwitchParameter flag: return flag.IsPresent ? "true" : "false";
                case DBNull _: return "null";
                case DateTime time:
                    note = ValueNote.DateTime;
                    return JsonText.Quote(Utc(time).ToString(DateFormat, CultureInfo.InvariantCulture));
                case DateTimeOffset time:
                    note = ValueNote.DateTime;
                    return JsonText.Quote(time.UtcDateTime.ToString(DateFormat, CultureInfo.InvariantCulture));
                case Guid id: return JsonText.Quote(id.ToString("d", CultureInfo.InvariantCulture));
                case Uri address: return JsonText.Quote(address.OriginalString);
                case Version version: return JsonText.Quote(version.ToString());
                case JsonRaw raw: return raw.Text;
            }
            Type type = value.GetType();
            switch (type.FullName)
            {
                case "System.Management.Automation.Language.NullString":
                    return "null";
                case "System.Management.Automation.SemanticVersion":
                    return JsonText.Quote(value.ToString()!);
                case "System.Int128":
                case "System.UInt128":
                    return ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture);
                case "System.Half":
                    string half = ((IFormattable)value).ToString(forMerge ? "E4" : "R", CultureInfo.InvariantCulture);
                    return forMerge ? half : NumberText.Of(Finite((double)float.Parse(half, NumberStyles.Float, CultureInfo.InvariantCulture), value));
            }
            return ForeignJson(value, type);
        }

        /// <summary>Refuses values that are not data, or that .NET can enumerate but that are not meant as lists.</summary>
        /// <exception cref="UnsupportedValueException">The value must not be written as a container.</exception>
        internal static void RefuseOpaque(object value)
        {
            string? remedy = Remedy(value);
            if (remedy != null)
            {
                throw new UnsupportedValueException(value, remedy);
            }
        }

        private static string? Remedy(object value)
        {
            switch (value)
            {
                case SecureString _:
                case PSCredential _:
                    return "keep secrets out of documents";
                case XmlNode _:
                    return "use its .InnerText";
                case FileSystemInfo _:
                    return "use its .Name or .FullName";
                case byte[] _:
                    return "convert it to text, to base64 ([Convert]::ToBase64String) or to an array of numbers ([int[]])";
                case TimeSpan _:
                    return "write it as a string in the form the service expects";
                // A LINQ query is an enumerator and an enumerable; it is written as a list.
                case IEnumerator _ when !(value is IEnumerable):
                    return "wrap it in @( ) to get an array";
                case IPAddress _:
                    return "use its .ToString()";
                case Array array when array.Rank != 1:
                    return "use an array of arrays";
                case ScriptBlock _:
                    return "call it with & and use its output";
                case Type _:
                    return "use its .FullName";
                case Delegate _:
                case Exception _:
                case ErrorRecord _:
                case Stream _:
                case IntPtr _:
                case UIntPtr _:
                    return "it is not data";
            }
            switch (value.GetType().FullName)
            {
                case "System.DateOnly":
                case "System.TimeOnly":
                    return "write it as a string in the form the service expects";
            }
            return null;
        }

        private static string EnumName(Enum value)
        {
            string? name = Enum.GetName(value.GetType(), value);
            return name == null
                ? throw new UnsupportedValueException(value, "use a string instead", "whose value has no single name")
                : JsonText.Quote(name);
        }

        private static string ForMerge(double number) =>
            double.IsInfinity(number)
                ? (number < 0 ? "-" : "") + BeyondDouble
                : Finite(number, number).ToString("E16", CultureInfo.InvariantCulture);

        private static double Finite(double number, object value) =>
            double.IsNaN(number) || double.IsInfinity(number)
                ? throw new UnsupportedValueException(
                value, "use a number, or a string", "and JSON has no " + number.ToString(CultureInfo.InvariantCulture))
                : number;

        private static DateTime Utc(DateTime time) =>
            time.Kind == DateTimeKind.Unspecified
                ? throw new UnsupportedValueException(
                    time,
                    "use [datetime]::SpecifyKind($d, 'Utc') for a UTC time, SpecifyKind($d, 'Local') for a local one, or a string",
                    "which has no time zone")
                : time.ToUniversalTime();

        /// <summary>
        /// The JSON text of a node of Newtonsoft.Json or System.Text.Json, as the node itself prints it; null for any
        /// other value. Reflection is used because the module references neither library.
        /// </summary>
        private static string? ForeignJson(object value, Type type)
        {
            for (Type? ancestor = type; ancestor != null; ancestor = ancestor.BaseType)
            {
                switch (ancestor.FullName)
                {
                    case "Newtonsoft.Json.Linq.JToken":
                        MethodInfo? print = Array.Find(
                            ancestor.GetMethods(), m => m.Name == "ToString" && m.GetParameters().Length == 2);
                        ParameterInfo[]? parameters = print?.GetParameters();
                        return parameters == null
                            ? null
                            : Checked(print!.Invoke(value, new[]
                            {
                                Enum.ToObject(parameters[0].ParameterType, 0),
                                Array.CreateInstance(parameters[1].ParameterType.GetElementType()!, 0),
                            }));
                    case "System.Text.Json.Nodes.JsonNode":
                        return Checked(ancestor.GetMethod("ToJsonString")?.Invoke(value, new object?[] { null }));
                    case "System.Text.Json.JsonElement":
                        return Checked(ancestor.GetMethod("GetRawText")?.Invoke(value, null));
                    case "System.Text.Json.JsonDocument":
                        object? root = ancestor.GetProperty("RootElement")?.GetValue(value);
                        return root == null ? null : ForeignJson(root, root.GetType());
                }
            }
            return null;
        }

        private static string? Checked(object? json) => json is string text ? new JsonRaw(text).Text : null;
    }
}
