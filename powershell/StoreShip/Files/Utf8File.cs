using System;
using System.IO;
using System.Text;

namespace StoreShip.Files
{
    /// <summary>
    /// Text files as exact text: strict UTF-8 on every edition, and a write that leaves either the old file or the whole
    /// new one. Get-Content and Set-Content guess the encoding, split into lines and decorate what they read.
    /// </summary>
    internal static class Utf8File
    {
        private static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);
        private static readonly byte[] Mark = { 0xEF, 0xBB, 0xBF };

        /// <summary>The text of a file, without a byte order mark.</summary>
        /// <param name="path">The full path.</param>
        /// <exception cref="StoreException">It is missing, can't be read or is not UTF-8.</exception>
        internal static string Read(string path) => Read(path, out _);

        /// <summary>The text of a file, without a byte order mark.</summary>
        /// <param name="path">The full path.</param>
        /// <param name="hasMark">Whether there was one.</param>
        internal static string Read(string path, out bool hasMark)
        {
            try
            {
                byte[] bytes = File.ReadAllBytes(path);
                hasMark = bytes.Length >= Mark.Length && bytes[0] == Mark[0] && bytes[1] == Mark[1] && bytes[2] == Mark[2];
                int start = hasMark ? Mark.Length : 0;
                return Strict.GetString(bytes, start, bytes.Length - start);
            }
            catch (DecoderFallbackException)
            {
                throw new StoreException(StoreStatus.Invalid, "document.invalid", path + " is not UTF-8", "store the file as UTF-8");
            }
            catch (Exception exception) when (IsFileProblem(exception))
            {
                bool missing = exception is FileNotFoundException || exception is DirectoryNotFoundException;
                throw new StoreException(
                    StoreStatus.File, missing ? "file.not_found" : "file.unreadable",
                    path + " can't be read: " + exception.Message, "check the path and the permissions");
            }
        }

        /// <summary>Writes a file in one step: a failure in between leaves what was there.</summary>
        /// <param name="path">The full path.</param>
        /// <param name="text">The text.</param>
        /// <param name="mark">True to begin with a byte order mark.</param>
        /// <exception cref="StoreException">It can't be written.</exception>
        internal static void Write(string path, string text, bool mark = false)
        {
            byte[] bytes = Strict.GetBytes(text);
            string temporary = path + "." + Guid.NewGuid().ToString("n").Substring(0, 8) + ".tmp";
            try
            {
                bool exists = File.Exists(path);
                if (exists)
                {
                    // A copy has the permissions of the original.
                    File.Copy(path, temporary);
                }
                using (var stream = new FileStream(temporary, exists ? FileMode.Truncate : FileMode.CreateNew, FileAccess.Write))
                {
                    stream.Write(Mark, 0, mark ? Mark.Length : 0);
                    stream.Write(bytes, 0, bytes.Length);
                    stream.Flush(true);
                }
                if (exists)
                {
                    File.Replace(temporary, path, null);
                }
                else
                {
                    File.Move(temporary, path);
                }
            }
            catch (Exception exception) when (IsFileProblem(exception))
            {
                Discard(temporary);
                throw new StoreException(
                    StoreStatus.File, "file.unwritable", path + " can't be written: " + exception.Message,
                    "check the path and the permissions");
            }
        }

        /// <summary>Refuses a file that is there already.</summary>
        /// <param name="path">The full path.</param>
        /// <param name="force">True to allow it.</param>
        internal static void RefuseExisting(string path, bool force)
        {
            if (!force && File.Exists(path))
            {
                throw new StoreException(
                    StoreStatus.File, "file.exists", path + " exists already", "give another path, or -Force to replace it");
            }
        }

        private static void Discard(string temporary)
        {
            try
            {
                if (File.Exists(temporary))
                {
                    File.SetAttributes(temporary, FileAttributes.Normal);
                    File.Delete(temporary);
                }
            }
            catch (Exception exception) when (IsFileProblem(exception))
            {
                // The first failure is the one to tell.
            }
        }

        private static bool IsFileProblem(Exception exception) =>
            exception is IOException || exception is UnauthorizedAccessException;
    }
}
