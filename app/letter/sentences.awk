# sentences.awk: the texts that C sources mark by N_(), each once, as the
# elements of an array of C. What phrase.c knows is so what auth/ can say.
{ text = text $0 "\n" }
END {
	while (match(text, /N_\([ \t\n]*"/)) {
		text = substr(text, RSTART + RLENGTH - 1)
		# one or several literals, which C joins
		said = ""
		while (match(text, /^[ \t\n]*"([^"\\\n]|\\.)*"/)) {
			piece = substr(text, 1, RLENGTH)
			text = substr(text, RLENGTH + 1)
			sub(/^[ \t\n]*"/, "", piece)
			said = said substr(piece, 1, length(piece) - 1)
		}
		if (!seen[said]++)
			print "\"" said "\","
	}
}
