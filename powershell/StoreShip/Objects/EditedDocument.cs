using System;
using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>
    /// Sends an edited object to the library's merge: the object's text, its baseline, and notes on what JSON text can't
    /// express. The library applies the differences to the baseline text and refuses edits that look like damage.
    /// </summary>
    internal static class EditedDocument
    {
        /// <summary>Adds the fields <c>edited</c>, <c>baseline</c> and <c>notes</c> to a request.</summary>
        /// <param name="request">The request.</param>
        /// <param name="document">The edited object, or JSON text in a PSObject.</param>
        /// <param name="baseline">The baseline; null to take the one that the object carries.</param>
        /// <param name="warn">Receives a line about each object that is at several places; may be null.</param>
        /// <exception cref="StoreException">
        /// One object is at several places, and was changed, although a script assigned it to some of them only
        /// (<c>document.damaged</c>).
        /// </exception>
        internal static RequestText AddTo(RequestText request, PSObject document, string? baseline = null, Action<string>? warn = null)
        {
            return AddTo(request, document, baseline, warn, line => throw new StoreException(
                StoreStatus.Protected, "document.damaged", line,
                "give each place a value of its own: ConvertFrom-StoreJson (ConvertTo-StoreJson $value) copies one"));
        }

        /// <summary>The baseline text with the edits of an object applied.</summary>
        /// <param name="baseline">The text from which the object was read.</param>
        /// <param name="document">The edited object.</param>
        /// <exception cref="StoreException">An edit looks like damage (<c>document.damaged</c>).</exception>
        internal static string Merged(string baseline, PSObject document)
        {
            string request = AddTo(new RequestText(), document, baseline).ToString();
            return JsonText.WithSurroundingWhiteSpace(baseline, StoreClient.Offline.Call("document.merge", request));
        }

        /// <summary>
        /// The response of a merge with all guards lifted. The result is the document; the meta has the edits, and in
        /// <c>lifted</c> those that the guards would have refused.
        /// </summary>
        /// <param name="baseline">The document before the edits, as text.</param>
        /// <param name="document">The document after the edits.</param>
        /// <param name="warn">Receives a line about each object that is at several places; may be null.</param>
        internal static StoreResponse Compare(string baseline, PSObject document, Action<string>? warn = null)
        {
            RequestText request = AddTo(
                new RequestText(), document, baseline, warn,
                line => warn?.Invoke("Set-StoreSubmission would refuse this: " + line));
            request.AddRaw("force", DocumentWriter.Write(GuardNames.All).Json);
            return StoreClient.Offline.Invoke("document.merge", request.ToString());
        }

        private static RequestText AddTo(
            RequestText request, PSObject document, string? baseline, Action<string>? warn, Action<string> refuse)
        {
            if (document.BaseObject is string text)
            {
                request.AddRaw("edited", new JsonRaw(text).Text);
                return request.AddRaw("baseline", baseline);
            }
            WrittenDocument walk = DocumentWriter.Write(document, forMerge: true);
            string? before = baseline ?? StoreObject.Baseline(document);
            if (walk.Shared.Count > 0)
            {
                NoteShared(document, before, walk, warn, refuse);
            }
            request.AddRaw("edited", walk.Json);
            request.AddRaw("baseline", before);
            return request.AddRaw("notes", Notes(walk.Notes));
        }

        private static void NoteShared(
            PSObject document, string? before, WrittenDocument walk, Action<string>? warn, Action<string> refuse)
        {
            foreach (SharedValue value in SharedValue.Find(document, walk.Shared))
            {
                string places = string.Join(" and ", value.Places);
                if (before != null && value.IsOfDocument && !value.IsAssignedEverywhere && IsChanged(value, before))
                {
                    refuse("the values at " + places + " are one object, so that its change is at each of these places");
                }
                else if (!value.IsAssignedEverywhere)
                {
                    warn?.Invoke("the values at " + places + " are one object: a change at one of these places is a change at each");
                }
                value.Places.ForEach(place => walk.Notes.Add(new ValueNote(place, ValueNote.Shared)));
            }
        }

        /// <summary>
        /// Whether a shared value differs from the document at each of its places that the document has. If it is unchanged
        /// at one, it was copied from there, and nothing was changed unseen.
        /// </summary>
        private static bool IsChanged(SharedValue value, string before)
        {
            string now = DocumentWriter.Write(value.Value, forMerge: true).Json;
            bool changed = false;
            foreach (string place in value.Places)
            {
                string then;
                try
                {
                    then = StoreClient.Offline.Call(
                        "document.get", new RequestText().AddRaw("document", before).Add("pointer", place).ToString());
                }
                catch (StoreException exception) when (exception.Code == "document.pointer")
                {
                    continue;
                }
                if (!EditReport.HasEdits(Compare(then, new PSObject(now)).Meta))
                {
                    return false;
                }
                changed = true;
            }
            return changed;
        }

        /// <summary>The field <c>notes</c>, <c>{"/pointer":["kind", ...], ...}</c>; null if there are no notes.</summary>
        private static string? Notes(List<ValueNote> notes)
        {
            var kinds = new Dictionary<string, List<string>>();
            foreach (ValueNote note in notes)
            {
                if (!kinds.TryGetValue(note.Pointer, out List<string>? ofPointer))
                {
                    kinds.Add(note.Pointer, ofPointer = new List<string>());
                }
                if (!ofPointer.Contains(note.Kind))
                {
                    ofPointer.Add(note.Kind);
                }
            }
            return kinds.Count == 0 ? null : DocumentWriter.Write(kinds).Json;
        }
    }
}
