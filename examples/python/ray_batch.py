"""A folder of cases over Ray: `python ray_batch.py incoming out`. The workers must see both folders."""

import sys

import ray

import mapping


def main():
    incoming, out = sys.argv[1:3]
    ray.init(runtime_env={"py_modules": [mapping.__file__]})
    # A task whose worker died is done again.
    write_part = ray.remote(max_retries=3)(mapping.write_part)
    parts = mapping.parts(mapping.cases(incoming), 50)
    print(sum(ray.get([write_part.remote(number, paths, out) for number, paths in parts])), "cases")


if __name__ == "__main__":
    main()
