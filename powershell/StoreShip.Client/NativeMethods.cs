using System;
using System.Runtime.InteropServices;
using System.Text;

namespace StoreShip
{
    /// <summary>The functions of <c>storeship.h</c> that this assembly calls, and the conversion of strings.</summary>
    internal static class NativeMethods
    {
        internal const string Library = "storeship";

        private static readonly UTF8Encoding Utf8 = new UTF8Encoding(false, true);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint storeship_abi_version();

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr storeship_version();

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int storeship_client_open(byte[]? config, out ulong client, out IntPtr response);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int storeship_client_close(ulong client);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int storeship_call(ulong client, byte[] operation, byte[]? request, out IntPtr response);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int storeship_job_start(
            ulong client, byte[] operation, byte[]? request, out ulong job, out IntPtr response);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int storeship_client_next(ulong client, uint timeoutMs, out ulong job, out IntPtr @event);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int storeship_job_cancel(ulong job);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int storeship_job_close(ulong job);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void storeship_string_free(IntPtr @string);

        /// <summary>Converts to NUL-terminated UTF-8. Null stays null, which the library reads as <c>{}</c>.</summary>
        /// <exception cref="ArgumentException">The text contains a NUL or half a surrogate pair.</exception>
        internal static byte[]? Bytes(string? text)
        {
            if (text == null)
            {
                return null;
            }
            if (text.IndexOf('\0') >= 0)
            {
                throw new ArgumentException("JSON text must not contain a NUL character; write it as \\u0000");
            }
            try
            {
                byte[] bytes = new byte[Utf8.GetByteCount(text) + 1];
                Utf8.GetBytes(text, 0, text.Length, bytes, 0);
                return bytes;
            }
            catch (EncoderFallbackException exception)
            {
                throw new ArgumentException("JSON text must not contain half a surrogate pair; write it as an escape such as \\ud800", exception);
            }
        }

        /// <summary>Copies a string that the library returned, and frees it. Null if it is NULL.</summary>
        internal static string? TakeText(IntPtr text)
        {
            if (text == IntPtr.Zero)
            {
                return null;
            }
            try
            {
                return CopyText(text);
            }
            finally
            {
                storeship_string_free(text);
            }
        }

        /// <summary>Copies a string of the library.</summary>
        internal static unsafe string CopyText(IntPtr text)
        {
            byte* start = (byte*)text;
            byte* end = start;
            while (*end != 0)
            {
                end++;
            }
            return Utf8.GetString(start, checked((int)(end - start)));
        }
    }
}
