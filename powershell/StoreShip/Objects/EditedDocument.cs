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
        internal static RequestText AddTo(RequestText request, PSObject document)
        {
            if (document.BaseObject is string text)
            {
                return request.AddRaw("edited", new JsonRaw(text).Text);
            }
            WalkResult walk = DocumentWalker.Walk(document, forMerge: true);
            request.AddRaw("edited", walk.Json);
            request.AddRaw("baseline", StoreObject.Baseline(document));
            return request.AddRaw("notes", Notes(walk.Notes));
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
