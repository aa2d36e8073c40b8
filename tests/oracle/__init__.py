"""The second witness: a brute-force oracle for receptive fields, and networks to try it on."""
