using System;
using StoreShip.Json;

namespace StoreShip.Cmdlets
{
    /// <summary>The file of a release and packages that come before those of the file, as fields of a request.</summary>
    internal static class ReleaseFiles
    {
        /// <param name="request">The request.</param>
        /// <param name="releasePath">The value of -ReleasePath.</param>
        /// <param name="packagePath">The value of -PackagePath.</param>
        /// <param name="filePath">Makes the full path of a file.</param>
        internal static RequestText AddRelease(
            this RequestText request, string? releasePath, string[]? packagePath, Converter<string, string> filePath)
        {
            request.Add("releasePath", releasePath == null ? null : filePath(releasePath));
            return request.AddRaw("packages", packagePath == null ? null : DocumentWriter.Write(Array.ConvertAll(packagePath, filePath)).Json);
        }
    }
}
