using System;
using System.IO;
using StoreShip.Session;

namespace StoreShip.Files
{
    /// <summary>Reads a secret from a file that holds nothing else.</summary>
    internal static class SecretFile
    {
        /// <summary>
        /// Adds the content of the file, without a trailing line break, as a secret. No .NET string is made of it.
        /// </summary>
        /// <exception cref="StoreException">The file can't be read.</exception>
        internal static void Add(ConfigBytes config, string field, string path)
        {
            byte[] bytes;
            Utf8File.RefuseEmpty(path);
            try
            {
                bytes = File.ReadAllBytes(path);
            }
            catch (Exception exception) when (exception is IOException || exception is UnauthorizedAccessException)
            {
                bool missing = exception is FileNotFoundException || exception is DirectoryNotFoundException;
                throw new StoreException(
                    StoreStatus.File, missing ? "file.not_found" : "file.unreadable",
                    "the secret in " + path + " can't be read: " + Utf8File.Reason(exception, path), "check the path and the permissions");
            }
            int count = bytes.Length;
            while (count > 0 && (bytes[count - 1] == '\n' || bytes[count - 1] == '\r'))
            {
                count--;
            }
            config.AddSecret(field, bytes, count);
            Array.Clear(bytes, 0, bytes.Length);
        }
    }
}
