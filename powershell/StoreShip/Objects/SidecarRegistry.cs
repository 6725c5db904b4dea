using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;

namespace StoreShip.Objects
{
    /// <summary>
    /// The sidecars that this process wrote or read. An object that lost its baseline (Select-Object and ConvertTo-Json
    /// drop it) gets it back from the sidecar of the same submission. A sidecar is forgotten once the service returns a
    /// different text than it holds, since the object may have been read from the newer text.
    /// </summary>
    internal static class SidecarRegistry
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

        /// <summary>Registers a sidecar, in place of an earlier one of the same submission.</summary>
        /// <param name="path">The full path of the sidecar.</param>
        /// <param name="ids">The ids of the submission. Without a submission id nothing is registered.</param>
        /// <param name="baseline">The baseline in the sidecar.</param>
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

        /// <summary>Forgets the sidecar of a submission if it differs from the text that the service has.</summary>
        /// <param name="ids">The ids of the submission.</param>
        /// <param name="text">The text that the service has now; null if it changed to an unknown one.</param>
        internal static void ForgetUnlessCurrent(StoreIds ids, string? text)
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
        /// The ids that an object carries. For an object that lost them, the ids of the submission whose id is the
        /// object's member <c>id</c>, provided that exactly one registered sidecar has that submission id. Otherwise empty.
        /// </summary>
        internal static StoreIds IdsOf(PSObject document)
        {
            StoreIds carried = StoreObject.Ids(document);
            string? id = IdMember(document);
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

        /// <summary>The member <c>id</c> of a document.</summary>
        internal static string? IdMember(PSObject document)
        {
            object? value = document.BaseObject is PSCustomObject ? document.Properties["id"]?.Value : null;
            return (value is PSObject wrapper ? wrapper.BaseObject : value) as string;
        }

        /// <summary>The baseline of a submission; null if no registered sidecar holds it.</summary>
        /// <param name="ids">The ids of the submission.</param>
        /// <param name="path">The path of the sidecar.</param>
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
            // The file may have been overwritten since it was registered.
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
