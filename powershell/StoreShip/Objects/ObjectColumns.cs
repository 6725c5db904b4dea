using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Reflection;
using StoreShip.Objects;

namespace StoreShip
{
    /// <summary>
    /// The columns of the views that are not members of the documents: the code properties of the file of types. They are
    /// hidden, so that no listing of the properties of an object, and no JSON text, has them.
    /// </summary>
    public static class ObjectColumns
    {
        private static readonly HashSet<string> Names = new HashSet<string>(
            typeof(ObjectColumns).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(method => method.Name));

        /// <summary>Whether a column has this name.</summary>
        internal static bool Has(string name) => Names.Contains(name);

        /// <summary>The id of the app.</summary>
        /// <param name="instance">The object.</param>
        public static object? AppId(PSObject instance) => StoreObject.Ids(instance).AppId;

        /// <summary>The id of the flight.</summary>
        /// <param name="instance">The object.</param>
        public static object? FlightId(PSObject instance) => StoreObject.Ids(instance).FlightId;

        /// <summary>The id of the add-on.</summary>
        /// <param name="instance">The object.</param>
        public static object? AddOnId(PSObject instance) => StoreObject.Ids(instance).AddOnId;

        /// <summary>The id of the submission.</summary>
        /// <param name="instance">The object.</param>
        public static object? SubmissionId(PSObject instance) => StoreObject.Ids(instance).SubmissionId;

        /// <summary>The name of an app or a flight.</summary>
        /// <param name="instance">The object.</param>
        public static object? Name(PSObject instance) => Member(instance, "primaryName") ?? Member(instance, "friendlyName");

        /// <summary>The id of the pending submission of an app, a flight or an add-on.</summary>
        /// <param name="instance">The object.</param>
        public static object? Pending(PSObject instance) => Reference(instance, "pending");

        /// <summary>The id of the published submission of an app, a flight or an add-on.</summary>
        /// <param name="instance">The object.</param>
        public static object? Published(PSObject instance) => Reference(instance, "lastPublished");

        /// <summary>The type of an add-on.</summary>
        /// <param name="instance">The object.</param>
        public static object? Type(PSObject instance) => Member(instance, "productType");

        /// <summary>The ids of the apps of an add-on.</summary>
        /// <param name="instance">The object.</param>
        public static object? App(PSObject instance) =>
            Items(Member(Member(instance, "applications"), "value")).Select(app => Member(app, "id")).ToArray();

        /// <summary>The price tier of a submission.</summary>
        /// <param name="instance">The object.</param>
        public static object? Price(PSObject instance) => Member(Member(instance, "pricing"), "priceId");

        /// <summary>The languages of the listings of a submission.</summary>
        /// <param name="instance">The object.</param>
        public static object? Languages(PSObject instance)
        {
            object? listings = Member(instance, "listings");
            return listings is PSObject custom && custom.BaseObject is PSCustomObject
                ? custom.Properties.Select(property => (object)property.Name).ToArray()
                : Bare(listings) is IDictionary map ? map.Keys.Cast<object>().ToArray() : new object[0];
        }

        /// <summary>The packages of a submission.</summary>
        /// <param name="instance">The object.</param>
        public static object? Packages(PSObject instance) =>
            Items(Member(instance, "applicationPackages")).Concat(Items(Member(instance, "flightPackages"))).ToArray();

        /// <summary>The errors of a submission.</summary>
        /// <param name="instance">The object.</param>
        public static object? Errors(PSObject instance) => Items(Member(Member(instance, "statusDetails"), "errors")).ToArray();

        /// <summary>The warnings of a submission.</summary>
        /// <param name="instance">The object.</param>
        public static object? Warnings(PSObject instance) => Items(Member(Member(instance, "statusDetails"), "warnings")).ToArray();

        /// <summary>The codes of the warnings of a status that need nobody to act.</summary>
        /// <param name="status">A status or the result of a wait.</param>
        internal static string[] KnownWarnings(PSObject status) =>
            Items(Member(status, "knownWarnings")).Concat(Items(StoreObject.KnownWarnings(status))).Select(code => code + "").ToArray();

        /// <summary>Why the certified submission of a receipt is not published yet.</summary>
        /// <param name="instance">The object.</param>
        public static object? Resting(PSObject instance) => RestingText(Member(instance, "reached"));

        /// <summary>Why a certified submission is not published yet; null if it waits for nobody.</summary>
        /// <param name="waited">The result of a wait; null without one.</param>
        internal static string? RestingText(object? waited) =>
            !true.Equals(Member(waited, "resting")) ? null
            : "Manual".Equals(Member(waited, "publishMode")) ? "waits for Partner Center, until somebody publishes it there"
            : "waits until its date has come";

        /// <summary>The state of a rollout.</summary>
        /// <param name="instance">The object.</param>
        public static object? Status(PSObject instance) => Member(instance, "packageRolloutStatus");

        /// <summary>The percentage of a rollout.</summary>
        /// <param name="instance">The object.</param>
        public static object? Percentage(PSObject instance) => Member(instance, "packageRolloutPercentage");

        /// <summary>The identity name of a package.</summary>
        /// <param name="instance">The object.</param>
        public static object? Identity(PSObject instance) => Member(instance, "identityName");

        /// <summary>The member of a document; null if there is none.</summary>
        internal static object? Member(object? document, string name)
        {
            object? value = Bare(document) is IDictionary map ? map[name] : (document as PSObject)?.Properties[name]?.Value;
            return value is PSObject wrapper && !(wrapper.BaseObject is PSCustomObject) ? wrapper.BaseObject : value;
        }

        /// <summary>The items of an array; none for any other value.</summary>
        internal static IEnumerable<object?> Items(object? value) =>
            Bare(value) is IList list ? list.Cast<object?>() : Enumerable.Empty<object?>();

        private static object? Reference(PSObject instance, string prefix) =>
            Member(Member(instance, prefix + "ApplicationSubmission"), "id")
            ?? Member(Member(instance, prefix + "FlightSubmission"), "id")
            ?? Member(Member(instance, prefix + "InAppProductSubmission"), "id");

        private static object? Bare(object? value) => value is PSObject wrapper ? wrapper.BaseObject : value;
    }
}
