using System;
using System.IO;
using System.Text;

namespace StoreShip.Files
{
    /// <summary>
    /// Reads and writes text files in strict UTF-8. A write leaves either the old file or the complete new one.
    /// Get-Content and Set-Content are not used: their default encoding depends on the edition, Get-Content splits the
    /// text into lines and adds properties to each.
    /// </summary>
    internal static class Utf8File
    {
        private static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);
        private static readonly byte[] Mark = { 0xEF, 0xBB, 0xBF };

        /// <summary>The text of a file, without a byte order mark.</summary>
        /// <param name="path">The full path.</param>
        /// <exception cref="StoreException">The file does not exist, can't be read or is not UTF-8.</exception>
        internal static string Read(string path) => Read(path, out _);

        /// <summary>The text of a file, without a byte order mark.</summary>
        /// <param name="path">The full path.</param>
        /// <param name="hasMark">Whether the file begins with a byte order mark.</param>
        /// <exception cref="StoreException">The file does not exist, can't be read or is not UTF-8.</exception>
        internal static string Read(string path, out bool hasMark)
        {
            byte[] bytes;
            try
            {
                bytes = File.ReadAllBytes(path);
            }
            catch (Exception exception) when (IsFileProblem(exception))
            {
                bool missing = exception is FileNotFoundException || exception is DirectoryNotFoundException;
                throw new StoreException(
                    StoreStatus.File, missing ? "file.not_found" : "file.unreadable",
                    path + " can't be read: " + Reason(exception, path), "check the path and the permissions");
            }
            hasMark = bytes.Length >= Mark.Length && bytes[0] == Mark[0] && bytes[1] == Mark[1] && bytes[2] == Mark[2];
            int start = hasMark ? Mark.Length : 0;
            try
            {
                return Strict.GetString(bytes, start, bytes.Length - start);
            }
            catch (DecoderFallbackException)
            {
                // The mark of UTF-16 begins no text in UTF-8.
                bool isUtf16 = bytes.Length > 1 && ((bytes[0] == 0xFF && bytes[1] == 0xFE) || (bytes[0] == 0xFE && bytes[1] == 0xFF));
                throw new StoreException(
                    StoreStatus.Invalid, "document.invalid", path + (isUtf16 ? " is UTF-16, not UTF-8" : " is not UTF-8"),
                    "store the file as UTF-8: in Windows PowerShell 5.1 Out-File and Set-Content do so with -Encoding utf8, and > never does");
            }
        }

        /// <summary>
        /// Writes a file atomically: the text goes to a temporary file that then replaces the old one, so a failure leaves
        /// the old file unchanged.
        /// </summary>
        /// <param name="path">The full path.</param>
        /// <param name="text">The text.</param>
        /// <param name="mark">True to begin with a byte order mark.</param>
        /// <exception cref="StoreException">The file can't be written.</exception>
        internal static void Write(string path, string text, bool mark = false)
        {
            byte[] bytes = Strict.GetBytes(text);
            string temporary = path + "." + Guid.NewGuid().ToString("n").Substring(0, 8) + ".tmp";
            try
            {
                bool exists = File.Exists(path);
                if (exists)
                {
                    // The temporary file starts as a copy, so that it has the permissions of the original.
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
                    StoreStatus.File, "file.unwritable", path + " can't be written: " + Reason(exception, path),
                    "check the path and the permissions");
            }
        }

        /// <summary>Refuses a path that no new file can have, so that -WhatIf and a question don't speak of one.</summary>
        /// <param name="path">The full path.</param>
        /// <param name="force">True to allow an existing file.</param>
        /// <exception cref="StoreException">
        /// The file exists (<c>file.exists</c>), is a folder, or its folder does not exist (<c>file.unwritable</c>).
        /// </exception>
        internal static void RefuseNew(string path, bool force)
        {
            string? problem = Directory.Exists(path) ? "it is a folder, not a file"
                : Directory.Exists(Path.GetDirectoryName(path) ?? path) ? null : "its folder does not exist";
            if (problem != null)
            {
                throw new StoreException(
                    StoreStatus.File, "file.unwritable", path + " can't be written: " + problem, "check the path and the permissions");
            }
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
                // The caller reports the failure that came first.
            }
        }

        /// <summary>Refuses an empty file in place of a secret or a certificate.</summary>
        /// <param name="path">The full path; a file that does not exist is refused by whoever reads it.</param>
        /// <exception cref="StoreException">The file is empty (<c>file.empty</c>).</exception>
        internal static void RefuseEmpty(string path)
        {
            if (File.Exists(path) && new FileInfo(path).Length == 0)
            {
                throw new StoreException(
                    StoreStatus.File, "file.empty", path + " is empty",
                    "write the secret or the certificate to it; a variable of the build that is not set leaves the file empty");
            }
        }

        /// <summary>Why a file can't be used, without the path, which the message has already.</summary>
        internal static string Reason(Exception exception, string path)
        {
            switch (exception)
            {
                case FileNotFoundException _: return "it does not exist";
                case DirectoryNotFoundException _: return "its folder does not exist";
                case UnauthorizedAccessException _: return Directory.Exists(path) ? "it is a folder, not a file" : "access is denied";
                default: return exception.Message.TrimEnd('.');
            }
        }

        private static bool IsFileProblem(Exception exception) =>
            exception is IOException || exception is UnauthorizedAccessException;
    }
}
