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
        internal static RequestText AddTo(RequestText request, PSObject document, string? baseline = null)
        {
            if (document.BaseObject is string text)
            {
                request.AddRaw("edited", new JsonRaw(text).Text);
                return request.AddRaw("baseline", baseline);
            }
            WrittenDocument walk = DocumentWriter.Write(document, forMerge: true);
            request.AddRaw("edited", walk.Json);
            request.AddRaw("baseline", baseline ?? StoreObject.Baseline(document));
            return request.AddRaw("notes", Notes(walk.Notes));
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
        internal static StoreResponse Compare(string baseline, PSObject document)
        {
            RequestText request = AddTo(new RequestText(), document, baseline);
            request.AddRaw("force", DocumentWriter.Write(GuardNames.All).Json);
            return StoreClient.Offline.Invoke("document.merge", request.ToString());
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
