using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;

namespace StoreShip.Objects
{
    /// <summary>
    /// The sidecars that were written or read in this process: a submission that lost its baseline on the way
    /// (Select-Object and ConvertTo-Json do that) finds it there again. One counts until the service is heard to have
    /// another text than it keeps: the submission at hand may be made of that one.
    /// </summary>
    internal static class Sidecars
    {
        private const int Limit = 1000;
        private static readonly List<Entry> Entries = new List<Entry>();

        private sealed class Entry
        {
            internal Entry(string path, StoreIds ids, string digest)
            {
                Path = path;
                Ids = ids;
                Digest = digest;
            }

            internal string Path { get; }

            internal StoreIds Ids { get; }

            internal string Digest { get; }
        }

        /// <summary>Remembers a sidecar as the newest of its submission.</summary>
        /// <param name="path">The full path of the sidecar.</param>
        /// <param name="ids">Those of the submission; without its id nothing is remembered.</param>
        /// <param name="baseline">What the sidecar keeps.</param>
        internal static void Add(string path, StoreIds ids, string baseline)
        {
            if (ids.SubmissionId == null)
            {
                return;
            }
            var entry = new Entry(path, ids, Digest(baseline));
            lock (Entries)
            {
                Entries.RemoveAll(known => known.Ids.Equals(ids));
                if (Entries.Count == Limit)
                {
                    Entries.RemoveAt(0);
                }
                Entries.Add(entry);
            }
        }

        /// <summary>Forgets the sidecar of a submission that the service has another text of.</summary>
        /// <param name="ids">The submission.</param>
        /// <param name="text">What the service has now; null when it is not known.</param>
        internal static void Heard(StoreIds ids, string? text)
        {
            lock (Entries)
            {
                Entry? entry = Of(ids);
                if (entry != null && (text == null || entry.Digest != Digest(text)))
                {
                    Entries.Remove(entry);
                }
            }
        }

        /// <summary>
        /// The ids that a document carries; of one that lost them those of the submission with its own <c>id</c>, when a
        /// sidecar of just one is known. Else empty.
        /// </summary>
        internal static StoreIds IdsOf(PSObject document)
        {
            StoreIds carried = StoreObject.Ids(document);
            string? id = OwnId(document);
            if (carried.HasTarget || id == null)
            {
                return carried;
            }
            lock (Entries)
            {
                List<Entry> found = Entries.FindAll(entry => entry.Ids.SubmissionId == id);
                return found.Count == 1 ? found[0].Ids : default;
            }
        }

        /// <summary>The <c>id</c> that a document itself says.</summary>
        internal static string? OwnId(PSObject document)
        {
            object? value = document.BaseObject is PSCustomObject ? document.Properties["id"]?.Value : null;
            return (value is PSObject wrapper ? wrapper.BaseObject : value) as string;
        }

        /// <summary>The baseline of a submission; null when no sidecar keeps it any more.</summary>
        /// <param name="ids">The submission.</param>
        /// <param name="path">The sidecar.</param>
        internal static string? Baseline(StoreIds ids, out string path)
        {
            Entry? entry;
            lock (Entries)
            {
                entry = Of(ids);
            }
            path = entry?.Path ?? "";
            if (entry == null || !File.Exists(path))
            {
                return null;
            }
            string baseline = SubmissionFile.ReadBaseline(path);
            // Somebody else may have written there since.
            return Digest(baseline) == entry.Digest ? baseline : null;
        }

        private static Entry? Of(StoreIds ids) => Entries.Find(entry => entry.Ids.Equals(ids));

        private static string Digest(string text)
        {
            using var algorithm = SHA256.Create();
            return Convert.ToBase64String(algorithm.ComputeHash(Encoding.UTF8.GetBytes(text)));
        }
    }
}
