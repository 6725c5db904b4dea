using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Runtime.CompilerServices;

namespace StoreShip.Objects
{
    /// <summary>What a change of a draft is about. A change that succeeds makes up only for a failed one of its kind.</summary>
    internal enum ChangeKind
    {
        /// <summary>The document of the submission.</summary>
        Content,

        /// <summary>The files of the submission.</summary>
        Files,
    }

    /// <summary>
    /// The changes of drafts that failed in this process. A script that does not stop at errors would go on and commit the
    /// draft without the change, so the cmdlets that commit refuse the draft until a change of that kind has succeeded. The
    /// object that was to be stored is marked too, for a failure that came before its draft was known.
    /// </summary>
    internal static class FailedChanges
    {
        private const int Limit = 1000;
        private static readonly List<Entry> Entries = new List<Entry>();

        private static readonly ConditionalWeakTable<object, Dictionary<ChangeKind, string>> Marks =
            new ConditionalWeakTable<object, Dictionary<ChangeKind, string>>();

        private sealed class Entry
        {
            internal Entry(string? service, StoreIds ids, ChangeKind kind, string failure)
            {
                Service = service;
                Ids = ids;
                Kind = kind;
                Failure = failure;
            }

            internal string? Service { get; }

            internal StoreIds Ids { get; }

            internal ChangeKind Kind { get; }

            internal string Failure { get; }

            /// <summary>Whether the change was one of this draft. Where one of the two has no submission id, it is the pending one.</summary>
            internal bool IsOf(string? service, StoreIds ids) =>
                Service == service && Same(Ids.AppId, ids.AppId) && Same(Ids.FlightId, ids.FlightId) && Same(Ids.AddOnId, ids.AddOnId)
                && (Ids.SubmissionId == null || ids.SubmissionId == null || Ids.SubmissionId == ids.SubmissionId);

            private static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
        }

        /// <summary>Records a failed change.</summary>
        /// <param name="service">The address of the service; null for the Microsoft Store.</param>
        /// <param name="ids">The ids of the draft, as far as they are known.</param>
        /// <param name="changed">The object that was to be stored; null without one.</param>
        /// <param name="kind">The kind of the change.</param>
        /// <param name="failure">The cmdlet and the code of its error.</param>
        internal static void Add(string? service, StoreIds ids, PSObject? changed, ChangeKind kind, string failure)
        {
            lock (Entries)
            {
                if (IsMarkable(changed))
                {
                    Marks.GetOrCreateValue(StoreObject.Key(changed!))[kind] = failure;
                }
                if (!ids.HasTarget)
                {
                    return;
                }
                Entries.RemoveAll(entry => entry.Kind == kind && entry.IsOf(service, ids));
                if (Entries.Count == Limit)
                {
                    Entries.RemoveAt(0);
                }
                Entries.Add(new Entry(service, ids, kind, failure));
            }
        }

        /// <summary>Forgets the failed changes of one kind, after a change of that kind has succeeded.</summary>
        internal static void Remove(string? service, StoreIds ids, PSObject? changed, ChangeKind kind)
        {
            lock (Entries)
            {
                Entries.RemoveAll(entry => entry.Kind == kind && entry.IsOf(service, ids));
                if (IsMarkable(changed) && Marks.TryGetValue(StoreObject.Key(changed!), out Dictionary<ChangeKind, string> marks))
                {
                    marks.Remove(kind);
                }
            }
        }

        /// <summary>Forgets the failed changes of a draft that is new, committed or gone.</summary>
        /// <param name="service">The address of the service; null for the Microsoft Store.</param>
        /// <param name="ids">The ids of the draft, or those of its app, flight or add-on, which has one draft at most.</param>
        internal static void Forget(string? service, StoreIds ids)
        {
            lock (Entries)
            {
                Entries.RemoveAll(entry => entry.IsOf(service, ids));
            }
        }

        /// <summary>Whether any change of a draft of a service failed.</summary>
        /// <param name="service">The address of the service; null for the Microsoft Store.</param>
        internal static bool Any(string? service)
        {
            lock (Entries)
            {
                return Entries.Exists(entry => entry.Service == service);
            }
        }

        /// <summary>Refuses a draft whose last change failed.</summary>
        /// <param name="service">The address of the service; null for the Microsoft Store.</param>
        /// <param name="ids">The ids of the draft, or those of its app, flight or add-on.</param>
        /// <param name="draft">The object of the draft; null without one.</param>
        /// <exception cref="StoreException">A change failed (<c>submission.failed_change</c>).</exception>
        internal static void Refuse(string? service, StoreIds ids, PSObject? draft)
        {
            string? failure = null;
            lock (Entries)
            {
                failure = Entries.Find(entry => entry.IsOf(service, ids))?.Failure;
                if (failure == null && IsMarkable(draft) && Marks.TryGetValue(StoreObject.Key(draft!), out Dictionary<ChangeKind, string> marks))
                {
                    foreach (string mark in marks.Values)
                    {
                        failure = mark;
                    }
                }
            }
            if (failure != null)
            {
                throw new StoreException(
                    StoreStatus.Protected, "submission.failed_change", "the draft of " + ids + " lacks a change: " + failure,
                    "make the change again and commit after it has succeeded, or use -IgnoreFailedChange to commit the draft as it is");
            }
        }

        private static bool IsMarkable(PSObject? value) => value != null && !(value.BaseObject is string);
    }
}
