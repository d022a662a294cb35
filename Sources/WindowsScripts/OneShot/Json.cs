namespace Ringmaster
{
    using System;
    using System.Collections;
    using System.Collections.Generic;
    using System.Globalization;
    using System.Web.Script.Serialization;

    /// <summary>A JSON object, sorted by names, so that equal ones are equal texts.</summary>
    internal sealed class Map : SortedDictionary<string, object>
    {
        internal Map() : base(StringComparer.Ordinal) { }

        /// <summary>Names and values by turns; a value that is null is left out.</summary>
        internal static Map Of(params object[] pairs)
        {
            Map map = new Map();
            for (int i = 0; i < pairs.Length; i += 2)
            {
                if (pairs[i + 1] != null) map[(string)pairs[i]] = pairs[i + 1];
            }
            return map;
        }

        internal object Get(string name)
        {
            object value;
            return TryGetValue(name, out value) ? value : null;
        }

        internal string Text(string name) { return Get(name) as string ?? ""; }

        internal long Whole(string name) { return Convert.ToInt64(Get(name), CultureInfo.InvariantCulture); }

        internal bool Flag(string name) { return Get(name) is bool && (bool)Get(name); }

        internal Map Object(string name) { return Get(name) as Map; }

        internal List<object> List(string name) { return Get(name) as List<object> ?? new List<object>(); }

        internal IEnumerable<Map> Objects(string name)
        {
            foreach (object item in List(name))
            {
                Map map = item as Map;
                if (map == null) throw new FormatException(name + " holds what is no object");
                yield return map;
            }
        }

        internal List<string> Texts(string name)
        {
            List<string> texts = new List<string>();
            foreach (object item in List(name)) texts.Add(item as string ?? "");
            return texts;
        }

        /// <summary>A text that must be there.</summary>
        internal string Needed(string name)
        {
            string value = Get(name) as string;
            if (value == null) throw new FormatException("there is no text " + name);
            return value;
        }

        /// <summary>A number that must be there.</summary>
        internal long NeededWhole(string name)
        {
            object value = Get(name);
            if (!(value is int) && !(value is long)) throw new FormatException("there is no whole number " + name);
            return Convert.ToInt64(value, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>JSON text from and to maps, lists of objects, texts, numbers and booleans.</summary>
    internal static class Json
    {
        private const int MostLetters = 32 << 20;

        /// <exception cref="FormatException">for what is no object.</exception>
        internal static Map Parse(string text)
        {
            object value;
            try { value = Plain(Serializer().DeserializeObject(text)); }
            catch (ArgumentException error) { throw new FormatException("not JSON: " + error.Message); }
            catch (InvalidOperationException error) { throw new FormatException("not JSON: " + error.Message); }
            Map map = value as Map;
            if (map == null) throw new FormatException("not an object of JSON");
            return map;
        }

        internal static string Write(Map map) { return Serializer().Serialize(map); }

        private static JavaScriptSerializer Serializer()
        {
            return new JavaScriptSerializer { MaxJsonLength = MostLetters, RecursionLimit = 40 };
        }

        private static object Plain(object value)
        {
            IDictionary<string, object> members = value as IDictionary<string, object>;
            if (members != null)
            {
                Map map = new Map();
                foreach (KeyValuePair<string, object> member in members) map[member.Key] = Plain(member.Value);
                return map;
            }
            if (value is string || !(value is IEnumerable)) return value;
            List<object> list = new List<object>();
            foreach (object item in (IEnumerable)value) list.Add(Plain(item));
            return list;
        }
    }
}
