using System;
using System.ComponentModel;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace StoreShip.Emulation
{
    /// <summary>
    /// An executable copy of a program in a new folder that only this user can open. A module that was installed from a
    /// NuGet package has lost the execute bits of its files, and its folder may belong to somebody else.
    /// </summary>
    internal sealed class PrivateCopy : IDisposable
    {
        /// <summary>Read, write and execute for the user, and nothing for others.</summary>
        private const uint UserOnly = 0x1C0;

        private readonly string folder;

        private PrivateCopy(string folder, string program)
        {
            this.folder = folder;
            Program = program;
        }

        /// <summary>The path of the copy.</summary>
        internal string Program { get; }

        /// <summary>Copies a program. Not for Windows, whose files have no execute bit.</summary>
        /// <exception cref="IOException">The folder or the copy can't be made.</exception>
        internal static PrivateCopy Of(string program)
        {
            // mkdir fails if anything of this name exists, so nobody else has prepared the folder.
            string folder = Path.Combine(Path.GetTempPath(), "storeship-" + Guid.NewGuid().ToString("n"));
            Check(mkdir(Utf8(folder), UserOnly), folder);
            var copy = new PrivateCopy(folder, Path.Combine(folder, Path.GetFileName(program)));
            try
            {
                File.Copy(program, copy.Program);
                Check(chmod(Utf8(copy.Program), UserOnly), copy.Program);
            }
            catch (Exception)
            {
                copy.Dispose();
                throw;
            }
            return copy;
        }

        /// <summary>Deletes the copy. A program that was started from it keeps running.</summary>
        public void Dispose()
        {
            try
            {
                Directory.Delete(folder, true);
            }
            catch (IOException)
            {
                // The system cleans its folder for temporary files.
            }
            catch (UnauthorizedAccessException)
            {
                // As above.
            }
        }

        private static void Check(int result, string path)
        {
            if (result != 0)
            {
                throw new IOException(path + ": " + new Win32Exception(Marshal.GetLastWin32Error()).Message);
            }
        }

        /// <summary>The bytes of a path, with the NUL that ends a string of C.</summary>
        private static byte[] Utf8(string path) => Encoding.UTF8.GetBytes(path + "\0");

        [DllImport("libc", SetLastError = true)]
        private static extern int mkdir(byte[] path, uint mode);

        [DllImport("libc", SetLastError = true)]
        private static extern int chmod(byte[] path, uint mode);
    }
}
