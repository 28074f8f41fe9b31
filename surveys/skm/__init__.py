"""The public satisfaction survey (SKM) of PermenPANRB 14/2017: elements, index, sample, files."""
