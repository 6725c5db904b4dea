using System.Collections.Generic;
using System.Management.Automation;
using StoreShip.Json;

namespace StoreShip.Objects
{
    /// <summary>
    /// What a changed object says to a merge: its text, the text it was made of, and what JSON can't say. The library
    /// cuts the differences into the text that came and refuses what looks like damage.
    /// </summary>
    internal static class EditedDocument
    {
        /// <summary>Adds the fields <c>edited</c>, <c>baseline</c> and <c>notes</c>.</summary>
        /// <param name="request">The request.</param>
        /// <param name="document">The object, or JSON text that was prepared elsewhere.</param>
        /// <param name="baseline">The text it was made of, when that is not what the object carries.</param>
        internal static RequestText AddTo(RequestText request, PSObject document, string? baseline = null)
        {
            if (document.BaseObject is string text)
            {
                request.AddRaw("edited", new JsonRaw(text).Text);
                return request.AddRaw("baseline", baseline);
            }
            WalkResult walk = DocumentWalker.Walk(document, forMerge: true);
            request.AddRaw("edited", walk.Json);
            request.AddRaw("baseline", baseline ?? StoreObject.Baseline(document));
            return request.AddRaw("notes", Notes(walk.Notes));
        }

        /// <summary>The text that a changed object was made of, with the changes in it.</summary>
        /// <param name="baseline">That text.</param>
        /// <param name="document">The object.</param>
        /// <exception cref="StoreException">A change looks like damage (<c>document.damaged</c>).</exception>
        internal static string Merged(string baseline, PSObject document)
        {
            string request = AddTo(new RequestText(), document, baseline).ToString();
            return JsonText.WithMargins(baseline, JsonFields.Of(StoreClient.Offline.Call("document.merge", request))["document"]);
        }

        /// <summary>The report of a merge that nothing stops: the edits, and as <c>lifted</c> what would be refused.</summary>
        /// <param name="baseline">The document before, as text.</param>
        /// <param name="document">The document after.</param>
        internal static Dictionary<string, string> Compare(string baseline, PSObject document)
        {
            RequestText request = AddTo(new RequestText(), document, baseline);
            request.AddRaw("force", DocumentWalker.Walk(GuardNames.All).Json);
            return JsonFields.Of(StoreClient.Offline.Call("document.merge", request.ToString()));
        }

        /// <summary><c>{"/pointer":["kind", ...], ...}</c>, or null without notes.</summary>
        private static string? Notes(List<WalkNote> notes)
        {
            var kinds = new Dictionary<string, List<string>>();
            foreach (WalkNote note in notes)
            {
                if (!kinds.TryGetValue(note.Pointer, out List<string>? here))
                {
                    kinds.Add(note.Pointer, here = new List<string>());
                }
                if (!here.Contains(note.Kind))
                {
                    here.Add(note.Kind);
                }
            }
            return kinds.Count == 0 ? null : DocumentWalker.Walk(kinds).Json;
        }
    }
}
